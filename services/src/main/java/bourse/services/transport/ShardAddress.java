package bourse.services.transport;

/**
 * Where one member of a shard is reached on this host.
 *
 * @param aeronDirectory         of the media driver, which member and clients share
 * @param ingressChannel         of the cluster: {@code aeron:ipc} for the local member
 * @param ingressEndpoints       of all members, {@code 0=host:port,…}; null = only by the channel
 * @param ingressStreamId        of the cluster
 * @param archiveControlChannel  local control requests of the member's archive
 * @param archiveControlStreamId of the same
 * @param egressChannel          where the cluster answers its clients here
 */
public record ShardAddress(String aeronDirectory, String ingressChannel, String ingressEndpoints, int ingressStreamId,
                           String archiveControlChannel, int archiveControlStreamId, String egressChannel) {
    /** In shared memory. */
    public static final String LOCAL_EGRESS = "aeron:ipc?term-length=128k";

    /** A member that is alone: all in shared memory. */
    public ShardAddress(final String aeronDirectory, final String ingressChannel, final String ingressEndpoints, final int ingressStreamId,
                        final String archiveControlChannel, final int archiveControlStreamId) {
        this(aeronDirectory, ingressChannel, ingressEndpoints, ingressStreamId, archiveControlChannel, archiveControlStreamId, LOCAL_EGRESS);
    }

    /**
     * The same member's events, but commands go to whichever member leads, by UDP.
     *
     * @param endpoints of all members, {@code 0=host:port,...}
     * @param answersTo this host's address and any port
     * @param mtuBytes  longest payload
     */
    public ShardAddress throughMembers(final String endpoints, final String answersTo, final int mtuBytes) {
        return new ShardAddress(aeronDirectory, "aeron:udp?term-length=4m|mtu=" + mtuBytes, endpoints, ingressStreamId, archiveControlChannel,
            archiveControlStreamId, "aeron:udp?term-length=128k|endpoint=" + answersTo);
    }

    /** The leader may be another member, and change. */
    boolean isReplicated() {
        return ingressEndpoints != null;
    }
}
