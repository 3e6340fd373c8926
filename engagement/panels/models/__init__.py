"""The tables of panels: set-up, invitations, registrations, draws, seats."""

from engagement.panels.models.draw import Draw, DrawAudit, DrawChance
from engagement.panels.models.invitation import Invitation, InvitationBatch, InvitationWording
from engagement.panels.models.panel import Panel, PanelFeature, PanelTarget
from engagement.panels.models.registration import Registration, RegistrationAnswer, SupportNeed
from engagement.panels.models.seat import PanelMakeup, Seat

__all__ = [
    "Draw",
    "DrawAudit",
    "DrawChance",
    "Invitation",
    "InvitationBatch",
    "InvitationWording",
    "Panel",
    "PanelFeature",
    "PanelMakeup",
    "PanelTarget",
    "Registration",
    "RegistrationAnswer",
    "Seat",
    "SupportNeed",
]
