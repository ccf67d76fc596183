package bourse.services.simulation;

import java.util.ArrayList;
import java.util.List;

import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.TradingState;
import bourse.sbe.engine.TransferAssetEncoder;

import org.agrona.concurrent.UnsafeBuffer;

/** What the log begins with: two instruments, one of them with balances and fees, and money in the accounts. */
final class Operator {
    static final int CHECKED_INSTRUMENT = 1;
    static final int PLAIN_INSTRUMENT = 2;
    static final String BASE = "GOLD";
    static final String QUOTE = "CASH";
    private static final long BASE_AMOUNT = 400;
    private static final long QUOTE_AMOUNT = 60_000;
    private static final int MAKER_FEE_RATE = -10_000;
    private static final int TAKER_FEE_RATE = 30_000;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<Entry> entries = new ArrayList<>();
    private final Ledger ledger;
    private final long timeNs;

    private Operator(final Ledger ledger, final long timeNs) {
        this.ledger = ledger;
        this.timeNs = timeNs;
    }

    static List<Entry> begin(final Ledger ledger, final long timeNs, final int accounts) {
        final Operator operator = new Operator(ledger, timeNs);
        operator.define(CHECKED_INSTRUMENT, "GOLD-CASH", true);
        operator.define(PLAIN_INSTRUMENT, "PLAIN", false);
        for (int account = 1; account <= accounts; account++) {
            operator.transfer(account, BASE, BASE_AMOUNT);
            operator.transfer(account, QUOTE, QUOTE_AMOUNT);
        }
        return operator.entries;
    }

    private void define(final int instrumentId, final String symbol, final boolean isChecked) {
        final DefineInstrumentEncoder message = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header)
            .correlationId(1).tickSize(1).lotSize(1).minPrice(1).maxPrice(1L << 30).maxQuantity(1L << 20).maxNotional(0)
            .priceBand(0).referencePrice(0).marketProtection(0).symbol(symbol).baseAsset(isChecked ? BASE : "").quoteAsset(isChecked ? QUOTE : "")
            .instrumentId(instrumentId).makerFeeRate(isChecked ? MAKER_FEE_RATE : 0).takerFeeRate(isChecked ? TAKER_FEE_RATE : 0)
            .priceDecimals((short) 0).quantityDecimals((short) 0).riskChecked((short) (isChecked ? 1 : 0)).state(TradingState.CONTINUOUS);
        add(MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength());
    }

    private void transfer(final int account, final String asset, final long amount) {
        final TransferAssetEncoder message = new TransferAssetEncoder().wrapAndApplyHeader(buffer, 0, header)
            .correlationId(2).amount(amount).asset(asset).account(account);
        ledger.deposit(account, asset, amount);
        add(MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength());
    }

    private void add(final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        entries.add(Entry.of(entries.isEmpty() ? null : entries.getLast(), 0, timeNs, 0, bytes));
    }
}
