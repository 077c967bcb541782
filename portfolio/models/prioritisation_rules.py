"""What the database itself refuses of an exercise of prioritisation: the text of its triggers."""

ONLY_FORWARD = """
IF OLD.state = 'CLOSED' AND NEW.state <> 'CLOSED' OR NEW.state = 'DRAFT'
   OR OLD.weights_revealed_at IS NOT NULL
      AND NEW.weights_revealed_at IS DISTINCT FROM OLD.weights_revealed_at
   OR (to_jsonb(OLD) - ARRAY['state', 'closed_at', 'weights_revealed_at', 'updated_at'])
      IS DISTINCT FROM
      (to_jsonb(NEW) - ARRAY['state', 'closed_at', 'weights_revealed_at', 'updated_at'])
THEN
    RAISE EXCEPTION 'an open exercise only moves forward' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CRITERIA_FIXED = """
IF EXISTS (
    SELECT 1 FROM portfolio_exercise
    WHERE id IN (NEW.exercise_id, OLD.exercise_id) AND state <> 'DRAFT'
)
THEN
    RAISE EXCEPTION 'criteria are fixed before scores are seen' USING ERRCODE = 'check_violation';
END IF;
IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM portfolio_criterion
    WHERE id = NEW.parent_id AND exercise_id = NEW.exercise_id AND kind = 'GROUP'
      AND id IS DISTINCT FROM NEW.id
)
THEN
    RAISE EXCEPTION 'a parent is a group of the exercise' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""
CANDIDATES_GUARDED = """
IF EXISTS (
    SELECT 1 FROM portfolio_exercise
    WHERE id IN (NEW.exercise_id, OLD.exercise_id)
      AND (state = 'CLOSED' OR state <> 'DRAFT' AND TG_OP = 'DELETE')
)
THEN
    RAISE EXCEPTION 'these candidates stay' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'UPDATE' AND (NEW.exercise_id, NEW.project_id) <> (OLD.exercise_id, OLD.project_id)
THEN
    RAISE EXCEPTION 'a candidate stays itself' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""
SCORES_GUARDED = """
IF NOT EXISTS (
    SELECT 1 FROM portfolio_candidate c
    JOIN portfolio_exercise e ON e.id = c.exercise_id AND e.state = 'SCORING'
    JOIN portfolio_criterion k ON k.exercise_id = e.id AND k.kind <> 'GROUP'
    WHERE c.id = NEW.candidate_id AND c.withdrawn_at IS NULL AND k.id = NEW.criterion_id
      AND (k.kind <> 'QUALITATIVE' OR NEW.justification <> '')
)
THEN
    RAISE EXCEPTION 'not a score of an open exercise' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
WEIGHTS_GUARDED = """
IF NOT EXISTS (
    SELECT 1 FROM portfolio_exercise WHERE id = NEW.exercise_id AND state = 'SCORING'
)
THEN
    RAISE EXCEPTION 'not an exercise that is being weighed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
