"""Action-plan sheets, schedules and evaluations; its first models come with the action plans."""
