"""How the weekly review reads: wording, colour and order."""
