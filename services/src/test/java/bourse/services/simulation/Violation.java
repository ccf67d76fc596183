package bourse.services.simulation;

/** A promise was broken. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String check;

    Violation(final String check, final String detail) {
        super(check + ": " + detail);
        this.check = check;
    }

    /** Which promise. */
    String check() {
        return check;
    }

    static void unless(final boolean kept, final String check, final java.util.function.Supplier<String> detail) {
        if (!kept) {
            throw new Violation(check, detail.get());
        }
    }
}
