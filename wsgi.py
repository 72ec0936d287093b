"""What gunicorn and the flask command load."""

import os

from config import from_environment
from registry.app import create_app

app = create_app(from_environment(os.environ))
