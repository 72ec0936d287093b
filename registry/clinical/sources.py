"""Where each clinical number comes from; a number from nowhere public awaits clinical sign-off.

The keys are those of the domain facts; ``M`` marks a number known by heart from practice or a label and
``I`` a judgement of our own.  A rule that rests on an ``M`` number is shown as "awaiting clinical sign-off".
"""

AWAITING = "awaiting clinical sign-off"

SOURCES: dict[str, str] = {
    "S10": "support.mirah.com/article/592-collaborative-care-minutes-not-counting",
    "S11": "support.mirah.com/article/500-collaborative-care-how-to-manage-my-inbox",
    "S15": "neuroflow.zendesk.com/hc/en-us/articles/360045651113-Urgent-and-At-Risk-Alerts",
    "S17": "hcinnovationgroup.com Concert/WellSpan (55056835)",
    "S19": "github SPiER-Project/cocm-reporting (New York State OMH CoCM metrics 2025)",
    "S20": "github uwcirg/patient-summary @1ef53cf",
    "S21": "github uwcirg/fhir-questionnaires @e2d9d19",
    "S24": "SPiER data-element list and C-SSRS licensing memo",
    "S30": "psychiatryonline.org/doi/10.1176/appi.ps.201400577",
    "S31": "psychiatryonline.org/doi/10.1176/appi.ps.201900085",
    "S34": "trialsjournal.biomedcentral.com/articles/10.1186/1745-6215-15-351/tables/1",
    "S35": "COMPASS relapse prevention and maintenance planning (fdocuments.us)",
    "S36": "aims.uw.edu/implementation-tool/clinical-resources/page/1",
    "S41": "docsbay.net/using-phq-9-diagnosis-and-score-for-initial-treatment-selection",
    "S42": "PMID 26077754",
    "S43": "pmc.ncbi.nlm.nih.gov/articles/PMC9340848",
    "S44": "GAD-7 minimal important difference, J Affect Disord 2020;265:395",
    "S45": "docs.getrivet.ca/measurement-based-care/clinical-change-thresholds",
    "S46": "pmc.ncbi.nlm.nih.gov/articles/PMC2906530",
    "S47": "studylib.net/doc/25788761 (Kroenke 2001)",
    "S48": "C-SSRS clinical triage and workflow guidelines (fdocuments.in; docsbay.net/doc/914678)",
    "S49": "jabfm.org markup/7367 (ADA table); omicsonline 2161-0487-3-115-t007",
    "S50": "pmc.ncbi.nlm.nih.gov/articles/PMC7725154/table/T1",
    "S51": "sps.nhs.uk/monitorings/lithium-monitoring",
    "S52": "rightdecisions.scot.nhs.uk (GGC lithium monitoring)",
    "S53": "ncpa.org/newsroom/qam/2025/03/31/clozapine-rems-has-ended",
    "S54": "immattersacp.org/weekly/archives/2011/08/30/7.htm; acpinternist.org/weekly/archives/2012/04/03/7.htm",
    "S56": "micmt-cares.org/collaborative-care-cocm",
    "S57": "carepaths.com/reference/cpt-codes/99493",
    "S66": "kb.sevocity.com/Content/Topics/MIPS/Quality/CMS159v12.htm",
    "S68": "horizonblue.com HEDIS MY2023 DRR-E tips",
    "S76": "hl7.org/fhir/us/core (STU7, STU8)",
    "S81": "bmcpsychiatry s12888-016-1086-0/tables/3",
    "S82": "jabfm.org markup/7737 (three-component model)",
    "S84": "public code hits (HEDIS ASF-E code list)",
    "S86": "discovery.researcher.life (citalopram QTc review)",
    "M": f"clinical practice, no public source found: {AWAITING}",
    "I": "the registry's own judgement",
}


OWN = {"M": "clinical practice", "I": SOURCES["I"]}
"""Sources that are no address."""


def cite(*keys: str) -> str:
    """The sources in words, each with its key and its address."""
    return "; ".join(OWN.get(key) or f"{key} {SOURCES[key]}" for key in keys)


def keyed(*keys: str) -> str:
    """The sources by the keys under which the rules page lists them, and whether sign-off is awaited."""
    words = ", ".join(OWN.get(key, key) for key in keys)
    return f"{words}; {AWAITING}" if awaits_sign_off(*keys) else words


def awaits_sign_off(*keys: str) -> bool:
    """A number that rests on memory of practice awaits clinical sign-off."""
    return "M" in keys
