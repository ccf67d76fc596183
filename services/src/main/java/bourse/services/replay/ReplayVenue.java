package bourse.services.replay;

import io.grpc.CallCredentials;
import io.grpc.Channel;

/** What a replay needs of a venue: three doors and the keys to them. Any thread. */
public interface ReplayVenue extends AutoCloseable {
    /** Order entry and reference data. */
    Channel orderEntry();

    Channel marketData();

    /** The operators' door; null when there is none: then instruments must exist. */
    Channel admin();

    /** Of a trader of this account, allowed to trade and read. */
    CallCredentials trader(int account);

    /** Of an operator. */
    CallCredentials operator();

    @Override
    void close();
}
