package bourse.gateway.grpc;

import org.agrona.MutableDirectBuffer;

import bourse.admin.v1.ChangeInstrumentRequest;
import bourse.sbe.engine.ChangeInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;

/** Writes what an operator changes of an instrument as the engine's command. Cold. */
final class InstrumentChange {
    private InstrumentChange() {
    }

    /** Returns the length of header and block. */
    static int write(final ChangeInstrumentRequest request, final MutableDirectBuffer buffer, final MessageHeaderEncoder header,
                     final long correlationId) {
        new ChangeInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
            .instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL).changes(changes(request))
            .tickSize(request.getTickSize()).lotSize(request.getLotSize()).minPrice(request.getMinPrice()).maxPrice(request.getMaxPrice())
            .maxQuantity(request.getMaxQuantity()).maxNotional(request.getMaxNotional()).priceBand(request.getPriceBand())
            .referencePrice(request.getReferencePrice()).marketProtection(request.getMarketProtection())
            .makerFeeRate(request.getMakerFeeRate()).takerFeeRate(request.getTakerFeeRate())
            .riskChecked((short) (request.getRiskChecked() ? 1 : 0));
        return MessageHeaderEncoder.ENCODED_LENGTH + ChangeInstrumentEncoder.BLOCK_LENGTH;
    }

    /** The bits of the schema, in its order. */
    private static long changes(final ChangeInstrumentRequest r) {
        final boolean[] named = {r.hasTickSize(), r.hasLotSize(), r.hasMinPrice(), r.hasMaxPrice(), r.hasMaxQuantity(), r.hasMaxNotional(), r.hasPriceBand(),
            r.hasReferencePrice(), r.hasMarketProtection(), r.hasMakerFeeRate(), r.hasTakerFeeRate(), r.hasRiskChecked()};
        long changes = 0;
        for (int bit = 0; bit < named.length; bit++) {
            changes |= named[bit] ? 1L << bit : 0;
        }
        return changes;
    }
}
