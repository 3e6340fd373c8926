"""The blueprint of this door."""

from flask import Blueprint

staff = Blueprint("staff", __name__, url_prefix="/p/<slug>/staff")
