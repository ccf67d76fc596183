package bourse.services.cli;

import sun.misc.Signal;

import java.util.concurrent.CountDownLatch;

/**
 * SIGTERM and SIGINT as something to wait for. The JVM's own handling would end with status 143 or 130 whatever the shutdown did; an orderly
 * stop ends with 0. A second signal ends the process at once.
 */
final class StopSignal {
    private static final int SIGNAL_STATUS_BASE = 128;
    private final CountDownLatch arrived = new CountDownLatch(1);

    private StopSignal() {
    }

    static StopSignal install() {
        final StopSignal stop = new StopSignal();
        for (final String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), stop::onSignal);
        }
        return stop;
    }

    private void onSignal(final Signal signal) {
        if (arrived.getCount() == 0) {
            Runtime.getRuntime().halt(SIGNAL_STATUS_BASE + signal.getNumber());
        }
        arrived.countDown();
    }

    boolean isRaised() {
        return arrived.getCount() == 0;
    }

    void await() throws InterruptedException {
        arrived.await();
    }
}
