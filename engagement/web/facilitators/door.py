"""The blueprint of this door."""

from flask import Blueprint

facilitators = Blueprint("facilitators", __name__, url_prefix="/p/<slug>/facilitate")
