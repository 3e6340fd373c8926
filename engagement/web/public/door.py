"""The blueprint of this door."""

from flask import Blueprint

public = Blueprint("public", __name__)
