package bourse.bench.regime;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The reports of a run as the public benchmark writes them down, one line each, those of one message by kind, and the SHA-256 of that text. For
 * the run of 1,000,000 orders with seed {@value #PUBLISHED_SEED} the benchmark publishes what every correct engine reaches. Cold. Thread: the reader's.
 */
final class CanonicalReports implements ReportRing.Reader {
    static final long PUBLISHED_SEED = 23;
    static final int PUBLISHED_ORDERS = 1_000_000;

    private static final Map<Regime, String> PUBLISHED = Map.of(
            Regime.STATIC, "9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1",
            Regime.NORMAL, "e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e",
            Regime.SWING_25, "61a84be9469661bd039e00dbc9a7c011e70b6ace37aadfe60045ea083b05f4df",
            Regime.SWING_40, "3cb0175e7982ff09ea220d1feaee3844cf9116a5ce455757879dea1d880b9b9f",
            Regime.FLASH_CRASH, "cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b");

    private record Line(int kind, String text) {
    }

    private final MessageDigest digest;
    private final List<Line> ofMessage = new ArrayList<>();
    private long message = -1;
    private boolean first = true;

    CanonicalReports() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What every correct engine reaches; null where nothing is published. */
    static String published(final Regime regime, final int orders, final long seed) {
        return orders == PUBLISHED_ORDERS && seed == PUBLISHED_SEED ? PUBLISHED.get(regime) : null;
    }

    @Override
    public void onReport(final int kind, final int side, final int quantity, final long sequence, final long orderId, final long price,
                         final long makerOrderId) {
        if (sequence != message) {
            endMessage();
            message = sequence;
        }
        final String start = kind + "," + sequence + ",";
        ofMessage.add(new Line(kind, switch (kind) {
            case ReportRing.ORDER_ACK, ReportRing.MODIFY_ACK -> start + side + "," + orderId + "," + price + "," + quantity;
            case ReportRing.TRADE -> start + price + "," + quantity + "," + makerOrderId + "," + orderId;
            case ReportRing.CANCEL_ACK -> start + side + "," + orderId + "," + price;
            default -> start + orderId;
        }));
    }

    private void endMessage() {
        ofMessage.sort(Comparator.comparingInt(Line::kind));
        for (final Line line : ofMessage) {
            digest.update((first ? line.text : "\n" + line.text).getBytes(StandardCharsets.US_ASCII));
            first = false;
        }
        ofMessage.clear();
    }

    /** SHA-256 of the whole text, in hexadecimal digits. Ends it. */
    String hash() {
        endMessage();
        return HexFormat.of().formatHex(digest.digest());
    }
}
