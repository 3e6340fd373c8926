"""The blueprint of this door."""

from flask import Blueprint

officers = Blueprint("officers", __name__, url_prefix="/p/<slug>/plan")
