package bourse.sbe;

/** Aeron stream ids and aliases of one shard, all on the shard's own media driver unless a member is elsewhere. */
public final class Streams {
    /** The numbered event stream: engine to gateways and market data, recorded by the shard's archive. */
    public static final int EVENTS_STREAM_ID = 2001;
    /** Alias of the event recording, by which readers find it in the archive. */
    public static final String EVENTS_ALIAS = "bourse-events";
    /** Stream id of replays that readers ask of the archive; each reader adds its own session-id. */
    public static final int EVENTS_REPLAY_STREAM_ID = 2002;

    private Streams() {
    }
}
