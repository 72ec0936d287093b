"""Languages by their BCP 47 tag, as a reader calls them."""

LANGUAGES = {
    "en": "English", "es": "Spanish", "zh": "Chinese", "vi": "Vietnamese", "tl": "Tagalog", "ko": "Korean",
    "ru": "Russian", "ar": "Arabic", "ht": "Haitian Creole", "pt": "Portuguese", "pl": "Polish", "fr": "French",
    "so": "Somali", "uk": "Ukrainian", "de": "German", "hi": "Hindi", "ja": "Japanese",
    "ase": "American Sign Language",
}  # fmt: skip


def language_name(tag: str) -> str:
    """'Spanish' for 'es' and 'es-US'; a language that is not in the list by its tag."""
    return LANGUAGES.get(tag.split("-")[0].lower(), tag)


REGIONS = {"es-US": "Spanish (USA)"}
"""Texts of a form that are one of several in their language."""


def language_and_region(tag: str) -> str:
    """'Spanish (USA)' for 'es-US', 'Spanish' for 'es'."""
    return REGIONS.get(tag) or language_name(tag)
