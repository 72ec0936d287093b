"""Names as a clinic's register has them, with the letters that software likes to lose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Names that go together, how common they are, and the language and background that may go with them."""

    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    language: str = "en"
    speakers: float = 0.0
    """Share of the pool for whom care is given in `language`."""
    race: str = "white"
    ethnicity: str = "not_hispanic"


def _words(text: str) -> tuple[str, ...]:
    return (
        tuple(text.replace("_", " ").split())
        if "," not in text
        else tuple(p.strip() for p in text.split(","))
    )


POOLS = (
    Pool(
        38,
        _words("Brenda Linda Emily Nicole Karen Amy Donna Shirley Angela Lisa Rebecca Megan Heather Joyce Dorothy "
               "Kathleen Paula Hannah Laura Denise Molly Ruth Carol Abigail Grace"),
        _words("Thomas George Samuel Robert James Jason Kevin Brian Walter Dennis Patrick Tyler Nathan Roger Scott "
               "Gregory Ethan Aaron Douglas Peter Owen Caleb Martin Philip"),
        _words("Carter Scott Martin Thompson Allen Nelson Johnson Smith Baker Green Miller Walsh Hughes Palmer Ross "
               "Fisher Bennett Sullivan Reilly Whitaker Dunn Marsh O’Brien Fletcher Hale Barrett Keller Lindgren"),
    ),
    Pool(
        22,
        _words("María Lucía Guadalupe Rosa Yolanda Inés Beatriz Marisol Ximena Concepción Alejandra Dolores Itzel"),
        _words("José Luis Ángel Raúl Héctor Andrés Joaquín Óscar Martín Ramón Julián Iñigo Sebastián"),
        _words("Núñez, García, Hernández, Muñoz, Peña, Rodríguez, Ibáñez, Quiñones, Domínguez, Ávila, Ordóñez, "
               "Vásquez, Ramírez Soto, de la Cruz, Zúñiga, Trujillo, Yáñez, Marroquín"),
        "es", 0.55, "white", "hispanic",
    ),
    Pool(
        15,
        _words("Keisha Latoya Imani Monique Tanya Aaliyah Simone Ebony Renée Jasmine Gloria"),
        _words("Marcus DeShawn Terrence Andre Malik Jerome Isaiah Darnell Curtis Elijah"),
        _words("Washington Jefferson Coleman Booker Gaines Tillman Mosley Hayes Dupree Banks Freeman Broussard"),
        race="black",
    ),
    Pool(
        8,
        _words("Phương, Thảo, Ngọc Anh, Hạnh, Tuyết, Mai"),
        _words("Đức, Quang, Hiếu, Thành, Bảo, Minh"),
        _words("Nguyễn, Trần, Phạm, Đặng, Võ, Huỳnh"),
        "vi", 0.35, "asian",
    ),
    Pool(
        7,
        _words("Agnieszka Małgorzata Zofia Żaneta Božena Jiřina Dragana"),
        _words("Łukasz Paweł Wojciech Jiří Ondřej Tomáš Goran"),
        _words("Wiśniewski Dąbrowski Žižka Dvořák Kowalczyk Jabłoński Černý Đorđević Piątek Król"),
    ),
    Pool(
        5,
        _words("Shanelle Dezbah Winona Nizhoni"), _words("Tahoma Leland Ahiga Delbert"),
        _words("Begay Yazzie Tsosie Benally Nez"), race="american_indian",
    ),
    Pool(
        5,
        _words("Søren-Marie Åsa Chloë Zoë Anaïs Brünhilde"), _words("Jürgen Björn François Noël Håkon"),
        _words("Müller Lefèvre Sjöberg Ångström Östlund Françoise-Roy Groß"),
    ),
)  # fmt: skip
