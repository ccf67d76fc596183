package bourse.gateway.ingress;

/** Ends the sleep of the agent's thread when something is handed to it. Thread: any. */
public final class Waker {
    private volatile Runnable wake = () -> { };

    /** By this from now on; called after each hand-over, by whoever hands over, so it must be quick where nobody sleeps. */
    public void by(final Runnable newWake) {
        wake = newWake;
    }

    public void wake() {
        wake.run();
    }
}
