package bourse.services.config;

/** A set of defaults for threads, chosen by measurement (services/RATIONALE.md). Each can be set by itself, too. */
public enum Profile {
    /** Two cores, shared with the clients: few threads, which sleep when there is nothing to do. */
    LAPTOP(EngineConfig.Layout.ONE_THREAD, 1),
    /** Sixteen cores: a thread for each part. */
    SERVER(EngineConfig.Layout.ORDINARY, 4);

    private final EngineConfig.Layout layout;
    private final int networkThreads;

    Profile(final EngineConfig.Layout layout, final int networkThreads) {
        this.layout = layout;
        this.networkThreads = networkThreads;
    }

    EngineConfig.Layout layout() {
        return layout;
    }

    int networkThreads() {
        return networkThreads;
    }
}
