package bourse.marketdata.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradeEncoder;
import bourse.sbe.feed.PacketCheck;
import bourse.sbe.feed.RecoveryLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The bytes on the wire do not change; files here are only added, never rewritten, and the specification shows them. */
class FeedGoldenBytesTest {
    private final UnsafeBuffer events = new UnsafeBuffer(new byte[1_024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<String> packets = new ArrayList<>();
    private final PacketPublisher publisher = new PacketPublisher(this::keep, () -> 1_700_000_000_000_000_123L, 0);

    @Test
    void shouldPackAnAddAndATrade() throws IOException {
        int at = MessageHeaderEncoder.ENCODED_LENGTH + EventBatchEncoder.BLOCK_LENGTH;
        new OrderAcceptedEncoder().wrapAndApplyHeader(events, at, header).feedSeq(12).sessionId(1).clientSeq(1).orderId(1).price(10_000)
            .quantity(5).visibleQuantity(5).instrumentId(7).rptSeq(1).side(Side.BUY).orderType(OrderType.LIMIT)
            .timeInForce(TimeInForce.GTC).resting((short) 1);
        at += MessageHeaderEncoder.ENCODED_LENGTH + OrderAcceptedEncoder.BLOCK_LENGTH;
        new TradeEncoder().wrapAndApplyHeader(events, at, header).feedSeq(13).tradeId(1).makerOrderId(1).takerOrderId(2).takerSessionId(1)
            .takerClientSeq(2).price(10_000).quantity(3).instrumentId(7).rptSeq(2).takerSide(Side.SELL);
        at += MessageHeaderEncoder.ENCODED_LENGTH + TradeEncoder.BLOCK_LENGTH;
        new EventBatchEncoder().wrapAndApplyHeader(events, 0, header).firstEventSeq(41).logPosition(64)
            .timeNs(1_700_000_000_000_000_000L).count(2).venueEpoch(3);
        final EventTranslator translator = new EventTranslator((seq, template, buffer, offset, length) ->
            publisher.message(3, seq, buffer, offset, length));
        translator.onEvents(events, 0, at);
        publisher.flush();
        assertGolden("increments.hex", packets.getFirst());
    }

    @Test
    void shouldPackAHeartbeatWithAChecksum() throws IOException {
        publisher.checksum(13, 0xd873791dfac54628L, 7, 2);
        publisher.heartbeat(3, 14, false);
        assertGolden("heartbeat.hex", packets.getFirst());
    }

    @Test
    void shouldAskForMessages() throws IOException {
        final UnsafeBuffer request = new UnsafeBuffer(new byte[RecoveryLayout.REQUEST_LENGTH]);
        RecoveryLayout.request(request, 0, RecoveryLayout.KIND_MESSAGES, 0, 3, 0, 99, 12, 2, 0);
        assertGolden("request.hex", HexFormat.of().formatHex(request.byteArray()));
    }

    private void keep(final int line, final ByteBuffer packet) {
        final byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        assertThat(new PacketCheck().isWellFormed(new UnsafeBuffer(bytes), 0, bytes.length)).isTrue();
        packets.add(HexFormat.of().formatHex(bytes));
    }

    private static void assertGolden(final String name, final String hex) throws IOException {
        final Path file = Path.of("src/test/resources/golden", name);
        assertThat(file).as("golden file, would hold: %s", hex).exists();
        assertThat(hex).isEqualTo(Files.readString(file, StandardCharsets.US_ASCII).replaceAll("\\s", ""));
        final String specification = Files.readString(Path.of("../proto/MARKET_DATA.md"), StandardCharsets.UTF_8);
        assertThat(specification.replaceAll("\\s", "")).as("MARKET_DATA.md shows %s", name).contains(hex);
    }
}
