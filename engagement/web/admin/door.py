"""The blueprint of this door."""

from flask import Blueprint

admin = Blueprint("admin", __name__, url_prefix="/p/<slug>/admin")
