"""What gunicorn and the flask command load."""

import os

from config import from_environment
from registry.app import create_app, settle

app = create_app(from_environment(os.environ))
settle()
