"""The patient page: safe, better, last touched, what is next and whose."""
