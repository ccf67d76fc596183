package bourse.marketdata.grpc;

import bourse.marketdata.receiver.MessageRing;
import bourse.marketdata.recovery.PublishedBooks;
import bourse.marketdata.v1.FeedMessage;

/** Recent messages as protobuf, made once for all subscribers that want them at about the same time. Thread: the agent's. */
final class MessageCache {
    private static final int ENTRIES = 8_192;

    private final PublishedBooks feed;
    private final FeedProto proto;
    private final FeedMessage[] entries = new FeedMessage[ENTRIES];

    MessageCache(final PublishedBooks feed, final FeedProto proto) {
        this.feed = feed;
        this.proto = proto;
    }

    /** A message that the ring still has. */
    FeedMessage get(final long feedSeq) {
        final int at = (int) feedSeq & ENTRIES - 1;
        final FeedMessage known = entries[at];
        if (known != null && known.getFeedSeq() == feedSeq) {
            return known;
        }
        final MessageRing ring = feed.ring();
        final FeedMessage made = proto.message(feedSeq, ring.buffer(), ring.offset(feedSeq));
        entries[at] = made;
        return made;
    }
}
