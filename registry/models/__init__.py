"""The tables: one file per noun, nothing that reaches beyond one row."""

from registry.models.account import Account, AttemptBucket, Membership, UserSession
from registry.models.audit import AuditEvent, AuditHead, AuditPatient
from registry.models.background import CheckAnswer, PracticeVisit, Problem
from registry.models.base import Base
from registry.models.consult import AgendaMark, Decision, Recommendation, Review
from registry.models.contact import Contact
from registry.models.correction import Correction
from registry.models.document import Document
from registry.models.episode import Consent, Episode, EpisodeStatus, NextAction
from registry.models.job import JobRun, OutboxMail
from registry.models.licence import InstrumentLicence
from registry.models.measure import Measure
from registry.models.medication import DoseEvent, Medication
from registry.models.meeting import (
    AdviceTemplate,
    CaseTime,
    MeetingCase,
    MeetingPresence,
    ReviewMeeting,
    ReviewMinutes,
    ReviewSeries,
)
from registry.models.organisation import Clinic, Organisation, Provider
from registry.models.patient import Coverage, Patient, fold
from registry.models.plan import PatientPlan
from registry.models.protocol import ProtocolVersion
from registry.models.reply import ReplyLink
from registry.models.safety import AssessedScore, RiskAssessment, SafetyPlan
from registry.models.source import SourceRecord
from registry.models.task import Acknowledgement, Cover, Task, TaskStep
from registry.models.therapy import (
    Activity,
    Combination,
    Exchange,
    Pathway,
    PathwayEvent,
    TherapyCourse,
    TherapySession,
)
from registry.models.tracker import Tracker, TrackerEntry
from registry.models.treatment import (
    Adherence,
    DoseStep,
    HealthFact,
    LabResult,
    PastTrial,
    PromptAnswer,
    SideEffect,
)
from registry.models.working import Draft, OnceToken, SavedView

__all__ = [
    "Account", "Acknowledgement", "Activity", "Adherence", "AdviceTemplate", "AgendaMark", "AssessedScore", "AttemptBucket", "AuditEvent",
    "AuditHead", "AuditPatient", "Base", "CaseTime", "CheckAnswer", "Clinic", "Combination", "Consent", "Contact",
    "Correction", "Cover", "Coverage", "Decision", "Document", "DoseEvent", "DoseStep", "Draft", "Episode",
    "EpisodeStatus", "Exchange", "HealthFact", "InstrumentLicence", "JobRun", "LabResult", "Measure", "Medication", "MeetingCase", "MeetingPresence", "Membership",
    "NextAction", "OnceToken", "Organisation", "OutboxMail", "PastTrial", "Pathway", "PathwayEvent", "Patient",
    "PatientPlan", "PracticeVisit", "Problem", "PromptAnswer", "ProtocolVersion", "Provider", "Recommendation", "ReplyLink", "Review", "ReviewMeeting", "ReviewMinutes", "ReviewSeries",
    "RiskAssessment", "SafetyPlan", "SavedView", "SideEffect", "SourceRecord", "Task", "TaskStep", "TherapyCourse",
    "TherapySession", "Tracker", "TrackerEntry", "UserSession", "fold",
]  # fmt: skip
