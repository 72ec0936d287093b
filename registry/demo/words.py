"""What care managers and consultants write: short notes put together from many small sentences."""

from random import Random

BETTER, SAME, WORSE = "better", "same", "worse"

MOOD = {
    BETTER: (
        "Says the mornings are easier.", "Laughed twice, first time since we began.", "Fewer tears, more patience with the kids.",
        "Energy coming back by noon.", "Feels \"about halfway back to myself\".", "Worry down, still tense before work.",
        "Less irritable; partner noticed too.", "Concentration good enough to read again.", "Had two good days in a row.",
    ),
    SAME: (
        "Mood about the same as last time.", "\"Going through the motions.\"", "Still no interest in cooking or the garden.",
        "Tired most of the day.", "Some good hours, no good days.", "Worries about money every evening.",
        "Feels guilty about being off work.", "Flat, answers short, no tears.", "Holding on, nothing worse.",
    ),
    WORSE: (
        "Bad two weeks since the hours were cut.", "Crying most evenings.", "Stopped answering friends' calls.",
        "Argument with a brother set things back.", "Anniversary of the loss this month.", "Lost the apartment lease; staying with a cousin.",
        "Missed three days of work.", "More hopeless than last time.", "Panic on the bus again.",
    ),
}  # fmt: skip
SLEEP = {
    BETTER: (
        "Sleeping 7 hours.",
        "Falls asleep within half an hour now.",
        "Up once a night only.",
        "Naps stopped.",
    ),
    SAME: ("Sleep 5 to 6 hours, broken.", "Wakes at 4.", "In bed 10 hours, sleeps 6.", "Sleep unchanged."),
    WORSE: (
        "Sleeps 3 to 4 hours.",
        "Awake until 2 most nights.",
        "Sleeping through the day.",
        "Nightmares back.",
    ),
}
ACTIVITY = (
    "Walked {n} times this week.", "Went to church with a neighbor.", "Cooked on {n} evenings.", "Garden: {n} half-hours.",
    "Called a friend as planned.", "Did not get to the plan; too tired.", "Plan half done: two of four walks.",
    "Back at choir.", "Took the dog out every morning.", "Finished the form for the housing office.",
)  # fmt: skip
SCHOOL = (
    "At school {n} of 5 days.", "Went to practice once.", "Handed in the late history paper.", "Lunch with one friend.",
    "Phone out of the bedroom {n} nights.", "Grades up in two subjects.", "Skipped first period twice.",
)  # fmt: skip
THERAPY_WORK = {
    "behavioural_activation": (
        "Activity list reviewed; {n} new entries.", "Scheduled one pleasant and one useful thing a day.",
        "BA: picked the smallest step, shoes on and out the door.", "Mood was better on active days; saw it on the chart.",
        "BA: plan for the empty Sunday.", "Barrier was the weather; indoor list made.", "BA: invited a friend for Thursday.",
    ),
    "problem_solving": (
        "PST: chose \"unpaid bills\", three options, picked one.", "PST: reviewed the last action, half done.",
        "PST: new problem is child care on Mondays.", "PST: action done, satisfaction 7 of 10.", "PST: split the move into five steps.",
        "PST: no action taken; smaller goal set.", "PST: list of pros and cons for the night shift.",
    ),
    "cbt": (
        "Thought record on the meeting at work.", "Looked at \"I always fail\" with evidence for and against.",
        "Graded exposure: one bus stop further.", "Worry time set to 15 minutes after dinner.", "Behavioral experiment: said no once.",
        "Downward arrow on \"they will notice\".", "Homework done on {n} days.",
    ),
    "interpersonal": (
        "Went through the argument, practiced what to say.", "Mapped who helps with what.", "Wrote the letter, will not send it.",
        "Talked about the first year alone.", "Asked a cousin for help, got it.", "Role change at work: what stays, what goes.",
    ),
}  # fmt: skip
DELIVERED = ("Fax", "In the chart inbox", "By hand at the huddle", "Secure message")
TAKING = ("Takes {drug} daily.", "Missed {n} doses of {drug}.", "{drug} without problems.", "Takes {drug}, pill box helps.",
          "Ran out of {drug} for two days, refill sent.")  # fmt: skip
SIDE = (
    "Some {effect}, bearable.",
    "{effect} gone since last week.",
    "No side-effects.",
    "Asks whether {effect} will pass.",
)
PLAN = ("Call {when}.", "Next: PHQ-9 and call {when}.", "Will text the day before.", "Same time {when}.",
        "Sends me the activity sheet on Friday.", "Talk {when}, sooner if worse.")  # fmt: skip
OPENING = {
    "phone": ("By phone.", "Short call at lunch.", "Called back after work.", ""),
    "video": ("By video, camera on.", "Video from the car.", "By video; connection dropped once.", ""),
    "in_person": ("Seen after PCP visit.", "Came with a friend.", "On time.", ""),
}
WITH_INTERPRETER = ("Interpreter on the line.", "With interpreter.", "Interpreter booked for next time.")
WITH_CAREGIVER = (
    "Last ten minutes with {who}.",
    "{who} joined; sees more energy at home.",
    "{who} worries about school.",
)
INITIAL = (
    "Initial assessment. {story} PHQ-9 {phq}, GAD-7 {gad}. Goal in own words: {goal}",
    "First visit, warm hand-off from {pcp}. {story} PHQ-9 {phq}, GAD-7 {gad}.",
    "Intake. {story} Explained the program, the weekly case review and the cost share.",
)
STORY = (
    "Low since the divorce last winter; two earlier episodes.", "Depressed mood for five months after back surgery.",
    "Worry and panic since a car accident; avoids driving.", "First episode, began after a death in the family.",
    "Long-standing low mood, worse since losing the job in spring.", "Low since the second child was born.",
    "Diabetes out of control; tired, no appetite.", "Returned from deployment two years ago, sleeps badly.",
    "Caring for a parent with dementia, no respite.", "Recurrent depression, did well on medication in 2019.",
)  # fmt: skip
YOUNG_STORY = (
    "Withdrawn since changing school.", "Bullied online last year; stopped football.", "Grades fell from A to D since fall.",
    "Parents separated in spring; sleeps at noon on weekends.", "Worries about everything, stomach aches before school.",
)  # fmt: skip
GOALS = (
    "walk three times a week", "call my sister on Sundays", "get back to work half days", "sleep through without the TV",
    "cook for the family again", "drive on the highway", "finish the nursing course", "play with the little ones without getting cross",
    "go to choir", "stop canceling on friends", "get my garden in order", "pay the bills without panic", "read a whole book again",
    "go fishing once this month", "take the kids to the pool", "get through a shift without hiding in the stockroom",
)  # fmt: skip
YOUNG_GOALS = ("go back to practice", "pass algebra", "have lunch with someone", "sleep before midnight", "get through a school week",
               "go to the dance in spring")  # fmt: skip
PSYCHOSOCIAL = (
    "Lives alone; sister nearby helps with shopping.", "Two jobs, child care is the barrier on Mondays.",
    "Night shifts; copay is a worry.", "Widowed last year; church is the main support.", "Housing unstable, on a waiting list.",
    "Supportive partner; in-laws in the home.", "No car; bus takes an hour each way.", "Retired early; few contacts outside family.",
    "Food runs short at the end of the month.", "Good support at work; boss knows.", "Recently out of a violent relationship; safe now.",
)  # fmt: skip
LATER_IN_LIFE = 45
"""Years before which nobody here was widowed or has retired."""
EARLIER_IN_LIFE = {
    "Widowed last year; church is the main support.": "Single; church is the main support.",
    "Retired early; few contacts outside family.": "Between jobs; few contacts outside family.",
}
OF_THE_YOUNG = {
    **EARLIER_IN_LIFE,
    "Lives alone; sister nearby helps with shopping.": "Lives with the father; sees the mother on weekends.",
    "Two jobs, child care is the barrier on Mondays.": "Looks after two younger brothers on Mondays.",
    "Night shifts; copay is a worry.": "Father works nights; copay is a worry.",
    "Widowed last year; church is the main support.": "Lost a grandmother last year; church youth group helps.",
    "Supportive partner; in-laws in the home.": "Supportive parents; grandparents in the home.",
    "Retired early; few contacts outside family.": "Left the team in fall; few contacts outside family.",
    "Good support at work; boss knows.": "Good support at school; the counselor knows.",
    "Recently out of a violent relationship; safe now.": "Was bullied at the last school; safe now.",
}


def circumstances(rng: Random, age: int) -> str:
    """How somebody of an age lives."""
    told = rng.choice(PSYCHOSOCIAL)
    if age < 18:
        return OF_THE_YOUNG.get(told, told)
    return EARLIER_IN_LIFE.get(told, told) if age < LATER_IN_LIFE else told


OUTREACH = ("Left a voicemail.", "No answer, mailbox full.", "Rang out; texted to call back.", "Number busy twice.",
            "Spoke with a relative, who will pass it on.", "Voicemail full again; asked the front desk for a second number.")  # fmt: skip
REACHED = ("Reached: explained the program, wants to think it over.", "Reached: agrees to start, consent taken.",
           "Reached at work, short; consent by phone.", "Interested; consent given, first visit booked.")  # fmt: skip
NO_SHOW = (
    "Did not come, no call.",
    "No-show; called, no answer.",
    "Video link not opened.",
    "Forgot, asks for a new time.",
)
SCHEDULING = ("Reminder call for tomorrow.", "Moved to next week.", "Confirmed the visit.")
RELAPSE_PLAN = ("Relapse plan written: early signs are poor sleep and not answering calls.",
                "Relapse prevention plan done; copy for patient and PCP.", "Reviewed warning signs and who to call; plan filed.")  # fmt: skip
SAFETY_NOTE = ("Item 9 asked in person: passive thoughts, no plan, no intent.", "Asked about item 9 the same day; C-SSRS done.",
               "C-SSRS after item 9; safety plan gone through.")  # fmt: skip
QUESTIONS = {
    "stuck": ("PHQ-9 has not moved in {w} weeks on {drug}. Raise it or switch?", "Stuck at {phq}: add something or change the drug?",
              "Partial response only, patient asks for more help. What next?", "Is this still depression, or the sleep apnea?"),
    "worse": ("Worse since last month: increase now or see the patient first?", "Up to {phq} after getting better. Change the plan?"),
    "side": ("Sweating and weight gain on {drug}; is there a better choice?", "Sexual side-effects, wants to stop {drug}. Options?"),
    "new": ("New patient, two earlier trials not well described. Where to start?", "Past \"mood swings\": is an antidepressant safe to start?"),
}  # fmt: skip
IMPRESSION = {
    BETTER: ("Improving on the present plan.", "Good response; early to judge whether it holds.", "On track."),
    SAME: ("Partial response so far.", "Little change since the last review.", "Depression with marked anxiety, slow course.",
           "Adherence is the likely limit, not the drug."),
    WORSE: ("Worse after a first response; stressors are real, dose is low.", "Deterioration; rule out missed doses and alcohol.",
            "Relapse of a known recurrent depression."),
}  # fmt: skip
NO_CONCERN = ("No acute concern on file.", "Item 9 was 0 throughout.", "Ask item 9 at every contact.")
CONCERN = (
    "Item 9 positive earlier, assessed, low risk.",
    "Item 9 to be asked at every contact; plan on file.",
)
PLAN_STEPS = {
    "signs": ("Not sleeping, staying in bed", "Drinking alone", "Not answering calls", "Lying awake and going over old mistakes"),
    "alone": ("Walk to the river", "Sit with the dog", "Play the guitar", "Cold shower, then tea", "Breathing exercise"),
    "distraction": ("The library", "Coffee with a neighbor", "Choir on Tuesday", "The park with the kids"),
    "help": ("Sister, any time", "Partner; best friend after 6", "Pastor", "Mother"),
    "professionals": ("988 at any hour; care manager in office hours", "988; PCP office; the emergency department"),
}  # fmt: skip
CLEARED = "Two calls without thoughts, intent or plan; means locked away; patient and family agree to call."
PROTECTIVE = (
    "Children at home",
    "Sister next door; goes to church",
    "Partner, and a dog",
    "Faith; grandson's visits",
    "Looks forward to the course",
)
MEANS = (
    "No firearms at home",
    "Rifle locked away at a brother's",
    "Medication in a lock box",
    "Not discussed in detail",
)


def pick(rng: Random, pool: tuple[str, ...], **values: object) -> str:
    """One sentence of a pool with its gaps filled."""
    return rng.choice(pool).format(**{"n": rng.randint(2, 4), "w": rng.randint(5, 9), **values})


def joined(*sentences: str) -> str:
    return " ".join(s for s in sentences if s)
