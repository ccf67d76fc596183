package bourse.services.config;

/** Which thread does a part's work where the engine, in the same process, has the layout of one thread. Elsewhere each part has its own. */
public enum RunsOn {
    /** The engine's. */
    ENGINE,
    /** One of its own, which may fall behind the engine and then goes on from the recording. */
    OWN
}
