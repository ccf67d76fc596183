package bourse.bench.rung;

/** A slow-down planted in a layer on purpose: so many nanoseconds of CPU for each command. Hot path. */
record Plant(long nsPerCommand) {
    static final Plant NONE = new Plant(0);

    /** Burns. */
    void burn(final int commands) {
        if (nsPerCommand > 0) {
            final long untilNs = System.nanoTime() + commands * nsPerCommand;
            while (System.nanoTime() - untilNs < 0) {
                Thread.onSpinWait();
            }
        }
    }
}
