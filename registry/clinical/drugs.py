"""Which medications are psychotropic and which are antidepressants, by class or by name; else not known."""

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
    """A medication is an antidepressant by its class, or else by a word of its name."""
    if medication.drug_class:
        return medication.drug_class.casefold() in ANTIDEPRESSANT_CLASSES
    return not ANTIDEPRESSANTS.isdisjoint(_words(medication))


def is_psychotropic(medication: Medication) -> bool:
    """A medication is psychotropic by its class, or else by a word of its name; unknown ones are not."""
    if medication.drug_class:
        return medication.drug_class.casefold() in PSYCHOTROPIC_CLASSES
    words = _words(medication)
    return not (ANTIDEPRESSANTS.isdisjoint(words) and OTHER_PSYCHOTROPICS.isdisjoint(words))


def _words(medication: Medication) -> list[str]:
    return medication.name.casefold().replace("-", " ").replace("/", " ").split()
