package bourse.gateway.grpc;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;


import bourse.admin.v1.AddInstrumentRequest;
import bourse.admin.v1.AddInstrumentResponse;
import bourse.admin.v1.AdminGrpc;
import bourse.admin.v1.CancelOrdersRequest;
import bourse.admin.v1.CancelOrdersResponse;
import bourse.admin.v1.ChangeInstrumentRequest;
import bourse.admin.v1.ChangeInstrumentResponse;
import bourse.admin.v1.GetAccountRequest;
import bourse.admin.v1.GetAccountResponse;
import bourse.admin.v1.GetStateHashRequest;
import bourse.admin.v1.GetStateHashResponse;
import bourse.admin.v1.ListSessionsRequest;
import bourse.admin.v1.ListSessionsResponse;
import bourse.admin.v1.Session;
import bourse.admin.v1.SetAccountLimitsRequest;
import bourse.admin.v1.SetAccountLimitsResponse;
import bourse.admin.v1.SetAccountRightsRequest;
import bourse.admin.v1.SetAccountRightsResponse;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.admin.v1.SetKillSwitchResponse;
import bourse.admin.v1.ScheduleTradingStateRequest;
import bourse.admin.v1.ScheduleTradingStateResponse;
import bourse.admin.v1.SetTradingStateRequest;
import bourse.admin.v1.SetTradingStateResponse;
import bourse.admin.v1.TakeSnapshotRequest;
import bourse.admin.v1.TakeSnapshotResponse;
import bourse.admin.v1.TransferAssetRequest;
import bourse.admin.v1.TransferAssetResponse;
import bourse.gateway.AdminPort;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.ingress.ProtoNumbers;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.AccountQueries;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.session.GatewayAgent;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.CancelOrdersEncoder;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.SetAccountLimitsEncoder;
import bourse.sbe.engine.SetAccountRightsEncoder;
import bourse.sbe.engine.SetKillSwitchEncoder;
import bourse.sbe.engine.ScheduleTradingStateEncoder;
import bourse.sbe.engine.SetTradingStateEncoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.StateHashDecoder;
import bourse.sbe.engine.StateHashRequestEncoder;
import bourse.sbe.engine.TransferAssetEncoder;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/**
 * Administration: each call is one command through the log of the shard that it names, of the instrument's shard, or of all (kill switch, cancellations
 * and states without an instrument), answered by its outcome. Thread: network, then the agents.
 */
final class AdminService extends AdminGrpc.AdminImplBase {
    private static final int MAX_INSTRUMENTS = 1_000;
    private static final int MAX_MESSAGE_BYTES = 256 + MAX_INSTRUMENTS * SetAccountRightsEncoder.InstrumentsEncoder.sbeBlockLength();
    private static final int MAX_ASSET_LENGTH = 8;
    private static final int MAX_SESSIONS = 10_000;
    private static final int ADD_RISK = 1;
    private static final int TAKE_RISK = 2;
    private static final Comparator<Session> BY_ACCOUNT = Comparator.<Session>comparingInt(session -> session.getAccount() + Integer.MIN_VALUE)
        .thenComparing(Session::getSessionId, Long::compareUnsigned).thenComparingInt(Session::getShard);

    private final EngineLanes lanes;
    private final UnaryCalls calls;
    private final AdminCommands commands;
    private final AdminPort port;
    private final InstrumentNumbers numbers = new InstrumentNumbers();

    AdminService(final EngineLanes lanes, final AdminPort port, final AuditSink audit) {
        this.lanes = lanes;
        this.port = port;
        calls = new UnaryCalls(lanes);
        commands = new AdminCommands(lanes, calls, audit);
    }

    @Override
    public void addInstrument(final AddInstrumentRequest request, final StreamObserver<AddInstrumentResponse> observer) {
        final Instrument instrument = request.getInstrument();
        if (!isText(observer, "instrument.symbol", instrument.getSymbol(), 1, WireLimits.MAX_SYMBOL_LENGTH)
            || !isText(observer, "instrument.base_asset", instrument.getBaseAsset(), 0, MAX_ASSET_LENGTH)
            || !isText(observer, "instrument.quote_asset", instrument.getQuoteAsset(), 0, MAX_ASSET_LENGTH)
            || !isByte(observer, "instrument.price_decimals", instrument.getPriceDecimals())
            || !isByte(observer, "instrument.quantity_decimals", instrument.getQuantityDecimals())) {
            return;
        }
        final EngineLane lane = calls.operatorsLane(observer, instrument.getShard());
        final AdminCommands.Action action = AdminCommands.Action.of("AddInstrument", request);
        if (lane == null) {
            return;
        }
        if (lanes.isOne()) {
            define(observer, lane, action, instrument, instrument.getInstrumentId());
            return;
        }
        calls.askAll(observer, GatewayAgent::instruments, byShard -> {
            final RichStatus unknown = calls.unlessAllKnown(byShard.keySet(), "instrument " + instrument.getSymbol() + " is not added");
            if (unknown != null) {
                throw unknown.toException();
            }
            define(observer, lane, action, instrument, numbers.take(instrument, lane.shard(), byShard.values()));
        });
    }

    private void define(final StreamObserver<AddInstrumentResponse> observer, final EngineLane lane, final AdminCommands.Action action,
                        final Instrument instrument, final int instrumentId) {
        commands.send(lane, action, MAX_MESSAGE_BYTES, (buffer, header, correlationId) -> {
            final DefineInstrumentEncoder command = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header);
            command.correlationId(correlationId).tickSize(instrument.getTickSize()).lotSize(instrument.getLotSize())
                .minPrice(instrument.getMinPrice()).maxPrice(instrument.getMaxPrice()).maxQuantity(instrument.getMaxQuantity())
                .maxNotional(instrument.getMaxNotional()).priceBand(instrument.getPriceBand())
                .referencePrice(instrument.getReferencePrice()).marketProtection(instrument.getMarketProtection())
                .symbol(instrument.getSymbol()).baseAsset(instrument.getBaseAsset()).quoteAsset(instrument.getQuoteAsset())
                .instrumentId(instrumentId & 0xFFFF_FFFFL).makerFeeRate(instrument.getMakerFeeRate())
                .takerFeeRate(instrument.getTakerFeeRate()).priceDecimals((short) instrument.getPriceDecimals())
                .quantityDecimals((short) instrument.getQuantityDecimals()).riskChecked((short) (instrument.getRiskChecked() ? 1 : 0));
            buffer.putByte(MessageHeaderEncoder.ENCODED_LENGTH + DefineInstrumentEncoder.stateEncodingOffset(),
                (byte) state(instrument.getState(), TradingState.TRADING_STATE_CONTINUOUS));
            return MessageHeaderEncoder.ENCODED_LENGTH + DefineInstrumentEncoder.BLOCK_LENGTH;
        }, new AdminCommands.Ending() {
            @Override
            public void applied(final AdminOutcomeDecoder outcome) {
                final Instrument defined = lane.agent().instrument((int) outcome.value());
                UnaryCalls.answer(observer, AddInstrumentResponse.newBuilder().setInstrument(defined != null ? defined
                    : instrument.toBuilder().setInstrumentId((int) outcome.value()).setShard(lane.shard()).build()).build());
            }

            @Override
            public void refused(final RichStatus status) {
                if (!RichStatus.LOG_SILENT.equals(status.reason())) {
                    numbers.release(instrument.getSymbol(), instrumentId);
                }
                UnaryCalls.refuse(observer, status);
            }
        });
    }

    @Override
    public void changeInstrument(final ChangeInstrumentRequest request, final StreamObserver<ChangeInstrumentResponse> observer) {
        final AdminCommands.Action action = AdminCommands.Action.of("ChangeInstrument", request);
        commands.byInstrument(observer, request.getInstrumentId(), lane -> commands.send(lane, action, MAX_MESSAGE_BYTES,
            (buffer, header, correlationId) -> InstrumentChange.write(request, buffer, header, correlationId),
            AdminCommands.answering(observer, outcome -> {
                final ChangeInstrumentResponse.Builder answer = ChangeInstrumentResponse.newBuilder().setCancelledOrders(outcome.value());
                final Instrument changed = lane.agent().instrument(request.getInstrumentId());
                return changed == null ? answer.build() : answer.setInstrument(changed).build();
            })));
    }

    @Override
    public void setTradingState(final SetTradingStateRequest request, final StreamObserver<SetTradingStateResponse> observer) {
        if (request.getState() == TradingState.TRADING_STATE_UNSPECIFIED || request.getState() == TradingState.UNRECOGNIZED) {
            UnaryCalls.invalid(observer, "state", request.getStateValue() + " (expected: a trading state)");
            return;
        }
        sendByInstrument(observer, request.getInstrumentId(), AdminCommands.Action.of("SetTradingState", request), (buffer, header, correlationId) -> {
            new SetTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL)
                .state(bourse.sbe.engine.TradingState.get((short) state(request.getState(), request.getState())));
            return MessageHeaderEncoder.ENCODED_LENGTH + SetTradingStateEncoder.BLOCK_LENGTH;
        }, ignored -> SetTradingStateResponse.getDefaultInstance());
    }

    @Override
    public void scheduleTradingState(final ScheduleTradingStateRequest request, final StreamObserver<ScheduleTradingStateResponse> observer) {
        final boolean unnamed = request.getState() == TradingState.TRADING_STATE_UNSPECIFIED || request.getState() == TradingState.UNRECOGNIZED;
        if (unnamed && request.getAtNs() != 0) {
            UnaryCalls.invalid(observer, "state", request.getStateValue() + " (expected: a trading state)");
            return;
        }
        final TradingState state = unnamed ? TradingState.TRADING_STATE_CLOSED : request.getState();
        sendByInstrument(observer, request.getInstrumentId(), AdminCommands.Action.of("ScheduleTradingState", request), (buffer, header, correlationId) -> {
            new ScheduleTradingStateEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId).atNs(request.getAtNs())
                .everyNs(request.getEveryNs()).instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL)
                .state(bourse.sbe.engine.TradingState.get((short) state(state, state)));
            return MessageHeaderEncoder.ENCODED_LENGTH + ScheduleTradingStateEncoder.BLOCK_LENGTH;
        }, removed -> ScheduleTradingStateResponse.newBuilder().setRemoved((int) removed).build());
    }

    @Override
    public void setAccountLimits(final SetAccountLimitsRequest request, final StreamObserver<SetAccountLimitsResponse> observer) {
        send(observer, request.getShard(), AdminCommands.Action.of("SetAccountLimits", request), (buffer, header, correlationId) -> {
            new SetAccountLimitsEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .maxOrderQuantity(request.getMaxOrderQuantity()).maxOrderNotional(request.getMaxOrderNotional())
                .maxPosition(request.getMaxPosition()).maxOpenOrders(request.getMaxOpenOrders())
                .maxOrdersPerSecond(request.getMaxOrdersPerSecond())
                .account(request.getAccount() & 0xFFFF_FFFFL).firm(request.getFirm() & 0xFFFF_FFFFL);
            return MessageHeaderEncoder.ENCODED_LENGTH + SetAccountLimitsEncoder.BLOCK_LENGTH;
        }, outcome -> SetAccountLimitsResponse.getDefaultInstance());
    }

    @Override
    public void setAccountRights(final SetAccountRightsRequest request, final StreamObserver<SetAccountRightsResponse> observer) {
        final int instruments = request.getInstrumentIdsCount();
        if (instruments > MAX_INSTRUMENTS) {
            UnaryCalls.invalid(observer, "instrument_ids", instruments + " (expected: at most " + MAX_INSTRUMENTS + ")");
            return;
        }
        send(observer, request.getShard(), AdminCommands.Action.of("SetAccountRights", request), (buffer, header, correlationId) -> {
            final SetAccountRightsEncoder command = new SetAccountRightsEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .account(request.getAccount() & 0xFFFF_FFFFL)
                .actions((short) ((request.getForbidNewOrders() ? 0 : ADD_RISK) | (request.getForbidCancels() ? 0 : TAKE_RISK)))
                .allInstruments((short) (instruments == 0 ? 1 : 0)).reserved1(0);
            final SetAccountRightsEncoder.InstrumentsEncoder group = command.instrumentsCount(instruments);
            request.getInstrumentIdsList().forEach(id -> group.next().instrumentId(id & 0xFFFF_FFFFL).reserved1(0));
            return MessageHeaderEncoder.ENCODED_LENGTH + command.encodedLength();
        }, outcome -> SetAccountRightsResponse.newBuilder().setCancelledOrders(outcome.value()).build());
    }

    @Override
    public void getAccount(final GetAccountRequest request, final StreamObserver<GetAccountResponse> observer) {
        final EngineLane lane = calls.operatorsLane(observer, request.getShard());
        if (lane == null || !calls.isReady(observer, lane)) {
            return;
        }
        if (!new AccountQueries(lane.agent()).ask(request.getAccount(), (account, report) -> UnaryCalls.answer(observer, GetAccountResponse.newBuilder()
            .setLimits(SetAccountLimitsRequest.newBuilder().setShard(lane.shard()).setAccount(request.getAccount()).setFirm((int) report.firm())
                .setMaxOrderQuantity(report.maxOrderQuantity()).setMaxOrderNotional(report.maxOrderNotional()).setMaxPosition(report.maxPosition())
                .setMaxOpenOrders(report.maxOpenOrders()).setMaxOrdersPerSecond(report.maxOrdersPerSecond()))
            .setKilled(report.killed() != 0).setForbidNewOrders((report.actions() & ADD_RISK) == 0)
            .setForbidCancels((report.actions() & TAKE_RISK) == 0).setAllInstruments(report.allInstruments() != 0)
            .setPermittedInstruments((int) report.instruments()).setAccount(account).build()), refusal -> UnaryCalls.refuse(observer, refusal))) {
            UnaryCalls.overloaded(observer);
        }
    }

    @Override
    public void listSessions(final ListSessionsRequest request, final StreamObserver<ListSessionsResponse> observer) {
        calls.askAll(observer, agent -> agent.sessions(request.getAccount(), MAX_SESSIONS), byShard -> UnaryCalls.answer(observer,
            ListSessionsResponse.newBuilder().addAllSessions(byShard.values().stream().flatMap(List::stream).sorted(BY_ACCOUNT).limit(MAX_SESSIONS).toList())
                .build()));
    }

    @Override
    public void transferAsset(final TransferAssetRequest request, final StreamObserver<TransferAssetResponse> observer) {
        if (!isText(observer, "asset", request.getAsset(), 1, MAX_ASSET_LENGTH)) {
            return;
        }
        send(observer, request.getShard(), AdminCommands.Action.of("TransferAsset", request), (buffer, header, correlationId) -> {
            new TransferAssetEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .amount(request.getAmount()).asset(request.getAsset()).account(request.getAccount() & 0xFFFF_FFFFL);
            return MessageHeaderEncoder.ENCODED_LENGTH + TransferAssetEncoder.BLOCK_LENGTH;
        }, outcome -> TransferAssetResponse.newBuilder().setBalance(outcome.value()).build());
    }

    @Override
    public void setKillSwitch(final SetKillSwitchRequest request, final StreamObserver<SetKillSwitchResponse> observer) {
        commands.sendToAll(observer, AdminCommands.Action.of("SetKillSwitch", request), MAX_MESSAGE_BYTES, (buffer, header, correlationId) -> {
            new SetKillSwitchEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId)
                .account(request.getAccount() & 0xFFFF_FFFFL).on((short) (request.getOn() ? 1 : 0));
            return MessageHeaderEncoder.ENCODED_LENGTH + SetKillSwitchEncoder.BLOCK_LENGTH;
        }, cancelled -> SetKillSwitchResponse.newBuilder().setCancelledOrders(cancelled).build());
    }

    @Override
    public void cancelOrders(final CancelOrdersRequest request, final StreamObserver<CancelOrdersResponse> observer) {
        final int side = ProtoNumbers.sideOfMassCancel(request.getSideValue());
        if (side == ProtoNumbers.INVALID) {
            UnaryCalls.invalid(observer, "side", request.getSideValue() + " (expected: buy, sell, or unspecified for both)");
            return;
        }
        if (request.getAccount() == 0 && request.getInstrumentId() == 0 && !request.getEverything()) {
            UnaryCalls.invalid(observer, "everything", "false (expected: true, or an account, or an instrument_id)");
            return;
        }
        sendByInstrument(observer, request.getInstrumentId(), AdminCommands.Action.of("CancelOrders", request), (buffer, header, correlationId) -> {
            new CancelOrdersEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId).account(request.getAccount() & 0xFFFF_FFFFL)
                .instrumentId(request.getInstrumentId() & 0xFFFF_FFFFL).side(Side.get((short) side));
            return MessageHeaderEncoder.ENCODED_LENGTH + CancelOrdersEncoder.BLOCK_LENGTH;
        }, cancelled -> CancelOrdersResponse.newBuilder().setCancelledOrders(cancelled).build());
    }

    @Override
    public void getStateHash(final GetStateHashRequest request, final StreamObserver<GetStateHashResponse> observer) {
        final EngineLane lane = calls.operatorsLane(observer, request.getShard());
        if (lane == null) {
            return;
        }
        commands.send(lane, AdminCommands.Action.of("GetStateHash", request), MAX_MESSAGE_BYTES, (buffer, header, correlationId) -> {
            new StateHashRequestEncoder().wrapAndApplyHeader(buffer, 0, header).correlationId(correlationId);
            return MessageHeaderEncoder.ENCODED_LENGTH + StateHashRequestEncoder.BLOCK_LENGTH;
        }, new AdminCommands.Ending() {
            @Override
            public void applied(final AdminOutcomeDecoder outcome) {
                throw new IllegalStateException("a query was answered by an outcome, correlationId=" + outcome.correlationId());
            }

            @Override
            public void stateHash(final StateHashDecoder hash, final long logPosition) {
                UnaryCalls.answer(observer, GetStateHashResponse.newBuilder().setLogPosition(logPosition).setBookHash(hash.bookHash())
                    .setStateHash(hash.stateHash()).setOrders(hash.orders()).build());
            }

            @Override
            public void refused(final RichStatus status) {
                UnaryCalls.refuse(observer, status);
            }
        });
    }

    @Override
    public void takeSnapshot(final TakeSnapshotRequest request, final StreamObserver<TakeSnapshotResponse> observer) {
        final EngineLane lane = calls.operatorsLane(observer, request.getShard());
        if (lane == null) {
            return;
        }
        final AdminCommands.Action action = AdminCommands.Action.of("TakeSnapshot", request);
        port.takeSnapshot(lane.shard()).whenComplete((position, failure) -> {
            commands.write(action, lane.shard(), failure == null ? AuditSink.Entry.OK : RichStatus.REFUSED, failure == null ? position : 0);
            if (failure == null) {
                UnaryCalls.answer(observer, TakeSnapshotResponse.newBuilder().setLogPosition(position).build());
            } else {
                UnaryCalls.refuse(observer, RichStatus.of(Status.Code.INTERNAL, RichStatus.REFUSED, "no snapshot: " + failure.getMessage()));
            }
        });
    }

    /** To the shard of the instrument, or to all for none (0). */
    private <T> void sendByInstrument(final StreamObserver<T> observer, final int instrumentId, final AdminCommands.Action action,
                                      final AdminCommands.Body body, final LongFunction<T> response) {
        if (instrumentId == 0) {
            commands.sendToAll(observer, action, MAX_MESSAGE_BYTES, body, response);
        } else {
            commands.byInstrument(observer, instrumentId, lane -> commands.send(lane, action, MAX_MESSAGE_BYTES, body,
                AdminCommands.answering(observer, outcome -> response.apply(outcome.value()))));
        }
    }

    private <T> void send(final StreamObserver<T> observer, final int shard, final AdminCommands.Action action, final AdminCommands.Body body,
                          final Function<AdminOutcomeDecoder, T> response) {
        final EngineLane lane = calls.operatorsLane(observer, shard);
        if (lane != null) {
            commands.send(lane, action, MAX_MESSAGE_BYTES, body, AdminCommands.answering(observer, response));
        }
    }

    private static int state(final TradingState state, final TradingState ifUnspecified) {
        final TradingState chosen = state == TradingState.TRADING_STATE_UNSPECIFIED || state == TradingState.UNRECOGNIZED ? ifUnspecified : state;
        return chosen.getNumber() - 1;
    }

    private static boolean isText(final StreamObserver<?> observer, final String field, final String text, final int min, final int max) {
        if (text.length() >= min && text.length() <= max && StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            return true;
        }
        UnaryCalls.invalid(observer, field, "\"" + text + "\" (expected: " + min + ".." + max + " ASCII characters)");
        return false;
    }

    private static boolean isByte(final StreamObserver<?> observer, final String field, final int value) {
        if (value >= 0 && value <= 18) {
            return true;
        }
        UnaryCalls.invalid(observer, field, Integer.toUnsignedString(value) + " (expected: 0..18)");
        return false;
    }
}
