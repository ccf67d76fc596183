package bourse.marketdata.publisher;

import org.agrona.DirectBuffer;

/** Takes the public messages, in order, each complete with its END_OF_EVENT flag. The buffer is valid during the call only. */
@FunctionalInterface
public interface FeedMessageHandler {
    void onMessage(long feedSeq, int templateId, DirectBuffer buffer, int offset, int length);
}
