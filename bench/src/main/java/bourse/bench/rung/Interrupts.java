package bourse.bench.rung;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Ctrl-C in a terminal reaches every process of a measurement; only the one that reports should act on it, and end the others. */
final class Interrupts {
    private Interrupts() {
    }

    /** From now on in this process. */
    static void ignore() {
        Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
    }
}
