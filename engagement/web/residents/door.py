"""The blueprint of this door."""

from flask import Blueprint

residents = Blueprint("residents", __name__, url_prefix="/p/<slug>/me")
