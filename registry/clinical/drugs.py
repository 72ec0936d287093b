"""Which medications are psychotropic and which are antidepressants, by class or by name; else not known."""

from functools import lru_cache

from registry.clinical.facts import Medication

ANTIDEPRESSANT_CLASSES = frozenset(
    {"antidepressant", "ssri", "snri", "ndri", "nassa", "sari", "tca", "maoi", "atypical antidepressant"}
)

PSYCHOTROPIC_CLASSES = ANTIDEPRESSANT_CLASSES | {
    "psychotropic",
    "antipsychotic",
    "sga",
    "mood stabiliser",
    "mood stabilizer",
    "lithium",
    "stimulant",
    "anxiolytic",
    "benzodiazepine",
    "hypnotic",
    "z-drug",
    "adhd",
}

ANTIDEPRESSANTS = frozenset(
    """sertraline escitalopram citalopram fluoxetine paroxetine fluvoxamine venlafaxine desvenlafaxine
    duloxetine levomilnacipran milnacipran bupropion mirtazapine trazodone nefazodone vilazodone
    vortioxetine amitriptyline nortriptyline imipramine desipramine clomipramine doxepin protriptyline
    trimipramine amoxapine phenelzine tranylcypromine isocarboxazid selegiline esketamine zoloft lexapro
    celexa prozac paxil luvox effexor pristiq cymbalta fetzima wellbutrin remeron viibryd trintellix
    auvelity""".split()
)

OTHER_PSYCHOTROPICS = frozenset(
    """lithium valproate divalproex lamotrigine carbamazepine aripiprazole quetiapine olanzapine risperidone
    ziprasidone lurasidone brexpiprazole cariprazine paliperidone asenapine clozapine haloperidol
    methylphenidate dexmethylphenidate amphetamine lisdexamfetamine dextroamphetamine atomoxetine viloxazine
    guanfacine buspirone hydroxyzine lorazepam clonazepam alprazolam diazepam temazepam zolpidem eszopiclone
    zaleplon prazosin naltrexone acamprosate abilify seroquel zyprexa risperdal latuda rexulti vraylar
    depakote lamictal concerta ritalin adderall vyvanse strattera buspar ativan klonopin xanax ambien""".split()
)


def is_antidepressant(medication: Medication) -> bool:
    """A medication is an antidepressant by its class or by a word of its name."""
    return _kind(medication.name, medication.drug_class)[0]


def is_psychotropic(medication: Medication) -> bool:
    """A medication is psychotropic by its class or by a word of its name; unknown ones are not."""
    return _kind(medication.name, medication.drug_class)[1]


@lru_cache(maxsize=4096)
def _kind(name: str, drug_class: str | None) -> tuple[bool, bool]:
    """Antidepressant or not, psychotropic or not."""
    words = name.casefold().replace("-", " ").replace("/", " ").split()
    group = (drug_class or "").casefold()
    antidepressant = group in ANTIDEPRESSANT_CLASSES or not ANTIDEPRESSANTS.isdisjoint(words)
    other = group in PSYCHOTROPIC_CLASSES or not OTHER_PSYCHOTROPICS.isdisjoint(words)
    return antidepressant, antidepressant or other
