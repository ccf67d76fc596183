package bourse.engine.scenario;

/** A scenario asks for something outside the grammar or the rules on offer: its verdict is "unsupported". */
final class UnsupportedStatement extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int line;

    UnsupportedStatement(final int line, final String reason) {
        super(reason);
        this.line = line;
    }
}
