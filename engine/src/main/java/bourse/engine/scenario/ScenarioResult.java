package bourse.engine.scenario;

/**
 * What became of one scenario. Plain values, fit for JSON.
 *
 * @param file     where it stands
 * @param line     of the first difference, or of the statement that is not supported; 0 if it passed
 * @param wanted   of the first difference, else empty
 * @param got      of the first difference, else empty
 * @param reason   why it is unsupported, else empty
 * @param commands how many commands were run
 */
public record ScenarioResult(String file, String scenario, Verdict verdict, int line, String wanted, String got, String reason, int commands) {
    /** The three outcomes. */
    public enum Verdict { PASS, FAIL, UNSUPPORTED }

    static ScenarioResult pass(final String file, final String scenario, final int commands) {
        return new ScenarioResult(file, scenario, Verdict.PASS, 0, "", "", "", commands);
    }

    static ScenarioResult fail(final String file, final String scenario, final int line, final String wanted, final String got, final int commands) {
        return new ScenarioResult(file, scenario, Verdict.FAIL, line, wanted, got, "", commands);
    }

    static ScenarioResult unsupported(final String file, final String scenario, final int line, final String reason) {
        return new ScenarioResult(file, scenario, Verdict.UNSUPPORTED, line, "", "", reason, 0);
    }

    /** One line for people. */
    @Override
    public String toString() {
        final String where = file + ":" + line + " " + scenario;
        return switch (verdict) {
            case PASS -> "pass " + file + " " + scenario;
            case FAIL -> "FAIL " + where + "\n    wanted " + wanted + "\n    got    " + got;
            case UNSUPPORTED -> "unsupported " + where + ": " + reason;
        };
    }
}
