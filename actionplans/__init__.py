"""Action-plan sheets, stages of the schedule, money, quarterly notes and evaluations."""
