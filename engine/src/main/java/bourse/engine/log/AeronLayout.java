package bourse.engine.log;

/** Which threads the parts of an {@link AeronLog} run on. */
public enum AeronLayout {
    /** Media driver, archive, consensus and service each have a thread that backs off when idle. */
    ORDINARY,
    /** All parts are invoked in turn by one agent that the caller runs on a thread of its own: fastest where cores are few. */
    ONE_THREAD
}
