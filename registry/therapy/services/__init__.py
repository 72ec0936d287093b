"""What is recorded of therapy: courses and sessions, activities, and how treatments are combined."""
