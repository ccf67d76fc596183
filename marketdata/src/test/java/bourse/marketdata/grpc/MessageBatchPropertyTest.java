package bourse.marketdata.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.ReplayResponse;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionEncoder;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.SnapshotBeginDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The hand-written encoding equals the generated one, byte for byte and message for message, whatever the values. */
class MessageBatchPropertyTest {
    private static final long SEED = 4_711;

    @Test
    void shouldEncodeWhatGeneratedBuildersEncode() throws Exception {
        final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        final MessageBatch batch = new MessageBatch(new FeedProto(0));
        final GeneratedMessages generated = new GeneratedMessages();
        for (int round = 0; round < 200; round++) {
            final List<FeedMessage> expected = new ArrayList<>();
            batch.clear();
            for (int i = 0; i < 1 + random.nextInt(MessageBatch.MAX_MESSAGES); i++) {
                final UnsafeBuffer message = message(random);
                final long feedSeq = value(random);
                batch.add(feedSeq, message, 0);
                expected.add(generated.message(feedSeq, message, 0));
            }
            final byte[] bytes = batch.response(SubscribeResponse.MESSAGES_FIELD_NUMBER).readAllBytes();
            final SubscribeResponse decoded = SubscribeResponse.parseFrom(bytes);
            assertThat(decoded.getMessages().getMessagesList()).as("seed %d round %d", SEED, round).isEqualTo(expected);
            assertThat(decoded.toByteArray()).isEqualTo(bytes);
            assertThat(ReplayResponse.parseFrom(batch.response(ReplayResponse.MESSAGES_FIELD_NUMBER).readAllBytes()).getMessages())
                .isEqualTo(decoded.getMessages());
        }
    }

    /** A message of a random template with a random block: extreme values, zeros, everything between. */
    private static UnsafeBuffer message(final RandomGenerator random) {
        final int template = 1 + random.nextInt(8);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
        for (int i = 8; i < 120; i += 8) {
            buffer.putLong(i, value(random));
        }
        final int blockLength = FeedMessageLayout.MAX_MESSAGE_LENGTH - FeedMessageLayout.HEADER_LENGTH;
        new MessageHeaderEncoder().wrap(buffer, 0).blockLength(blockLength).templateId(template)
            .schemaId(SnapshotBeginDecoder.SCHEMA_ID).version(0);
        if (template == InstrumentDefinitionEncoder.TEMPLATE_ID) {
            new InstrumentDefinitionEncoder().wrap(buffer, 8).symbol("SYM" + random.nextInt(100)).baseAsset("B").quoteAsset("EUR");
            buffer.putByte(8 + InstrumentDefinitionEncoder.stateEncodingOffset(), (byte) random.nextInt(5));
        }
        final int side = switch (template) {
            case 1 -> 48;
            case 4 -> 49;
            case 5 -> 64;
            case 7 -> 32;
            default -> -1;
        };
        if (side >= 0) {
            buffer.putByte(8 + side, (byte) random.nextInt(2));
        }
        return buffer;
    }

    private static long value(final RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextLong();
            case 2 -> random.nextLong(100_000);
            case 3 -> -random.nextLong(100_000);
            default -> 1L << random.nextInt(64);
        };
    }
}
