package bourse.engine.log;

import java.util.function.BooleanSupplier;

import org.agrona.concurrent.IdleStrategy;

/** Waits as another strategy does, until what is waited for will not come any more: on one thread nothing answers while that thread closes. */
final class UntilClosing implements IdleStrategy {
    private final IdleStrategy waiting;
    private final BooleanSupplier isClosing;

    UntilClosing(final IdleStrategy waiting, final BooleanSupplier isClosing) {
        this.waiting = waiting;
        this.isClosing = isClosing;
    }

    /** @throws IllegalStateException when it is closing */
    @Override
    public void idle(final int workCount) {
        if (workCount <= 0) {
            idle();
        } else {
            reset();
        }
    }

    /** @throws IllegalStateException when it is closing */
    @Override
    public void idle() {
        if (isClosing.getAsBoolean()) {
            throw new IllegalStateException("given up: the log is closing");
        }
        waiting.idle();
    }

    @Override
    public void reset() {
        waiting.reset();
    }

    @Override
    public String alias() {
        return "until-closing";
    }
}
