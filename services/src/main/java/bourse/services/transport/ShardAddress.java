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
 */
public record ShardAddress(String aeronDirectory, String ingressChannel, String ingressEndpoints, int ingressStreamId,
                           String archiveControlChannel, int archiveControlStreamId) {
}
