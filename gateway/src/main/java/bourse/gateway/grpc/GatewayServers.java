package bourse.gateway.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import bourse.admin.v1.AdminGrpc;
import bourse.gateway.AdminPort;
import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.AuthInterceptor;
import bourse.gateway.auth.Authenticator;
import bourse.gateway.auth.Credential;
import bourse.gateway.auth.MethodRights;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.ServerCertificates;
import bourse.gateway.auth.TokenDesk;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.guard.ServerGuard;
import bourse.gateway.ingress.AccountLimits;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.DropCopyGrpc;
import bourse.order.v1.OrderEntryGrpc;
import bourse.reference.v1.ReferenceGrpc;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;

/** The two gRPC servers with their limits, services and health. */
public final class GatewayServers {
    private static final int MAX_ADMIN_CALLS = 8;
    private static final int PERMIT_KEEPALIVE_SECONDS = 10;
    private static final int KEEPALIVE_SECONDS = 10;
    private static final int FLOW_CONTROL_WINDOW = 1024 * 1024;
    private static final int CHANNELZ_PAGE = 100;

    private final GatewayConfig config;
    private final EngineLanes lanes;
    private final NetworkThreads threads;
    private final HealthStatusManager health = new HealthStatusManager();
    private final MessageSizeGuard sizes = new MessageSizeGuard();
    private final AccountLimits accounts;
    private final OrderStreams streams;
    private final GatewayTelemetry telemetry;
    private final ServerCertificates certificates;
    private final Authenticator authenticator;
    private final TokenDesk tokenDesk = new TokenDesk();
    private final AuditSink audit;
    private final ServerCredentials credentials;
    private final Server server;
    private final Server adminServer;
    private final Server otherServer;

    public GatewayServers(final GatewayConfig config, final EngineLanes lanes, final NetworkThreads threads, final TokenVerifier verifier,
                          final AdminPort adminPort, final GatewayTelemetry telemetry, final AuditSink audit, final Consumer<ServerBuilder<?>> observer,
                          final Function<Executor, ServerBuilder<?>> otherTransport) throws IOException {
        this.config = config;
        this.audit = audit;
        accounts = new AccountLimits(config.maxStreamsPerAccount(), config.commandsPerSecond(), lanes.first().agent().clock());
        this.lanes = lanes;
        this.threads = threads;
        this.telemetry = telemetry;
        certificates = new ServerCertificates(config.tls());
        authenticator = new Authenticator(verifier, certificates.directory());
        streams = new OrderStreams(config, lanes, accounts, authenticator, tokenDesk, audit, telemetry);
        credentials = certificates.credentials();
        final NettyServerBuilder order = builder(config.port(), config.maxCallsPerConnection());
        addOrderEntry(order);
        if (config.reflection()) {
            order.addService(DocumentedReflection.service());
        }
        observer.accept(order);
        server = denyingByDefault(order.build(), rights());
        otherServer = otherTransport == null ? null
            : denyingByDefault(addOrderEntry(otherTransport.apply(threads.serving().next()).addStreamTracerFactory(sizes)).build(), rights());
        final NettyServerBuilder admin = builder(config.adminPort(), MAX_ADMIN_CALLS)
            .addService(ServerInterceptors.intercept(new AdminService(lanes, adminPort, audit), AdminCommands.addresses()))
            .addService((BindableService) ChannelzService.newInstance(CHANNELZ_PAGE))
            .addService(health.getHealthService())
            .intercept(authentication(adminRights()))
            .intercept(sizes);
        if (config.reflection()) {
            admin.addService(DocumentedReflection.service());
        }
        observer.accept(admin);
        adminServer = denyingByDefault(admin.build(), adminRights());
        // Every name is known from the first call on.
        serving(new BitSet());
    }

    private <B extends ServerBuilder<?>> B addOrderEntry(final B order) {
        order.addService(streaming(new OrderEntryService(lanes, config, threads, accounts).bindService(), SessionMethod.SESSION, this::startSession))
            .addService(streaming(new DropCopyGrpc.DropCopyImplBase() {
            }.bindService(), SessionMethod.DROP_COPY, this::startDropCopy))
            .addService(new ReferenceService(lanes))
            .addService(health.getHealthService())
            .intercept(authentication(rights()))
            .intercept(sizes);
        return order;
    }

    private AuthInterceptor authentication(final MethodRights rights) {
        return new AuthInterceptor(authenticator, rights, telemetry.auth, audit).askingAt(tokenDesk, () -> threads.current().loop);
    }

    private NettyServerBuilder builder(final int port, final int maxCalls) {
        final NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), port), credentials)
            .bossEventLoopGroup(threads.accepting())
            .workerEventLoopGroup(threads.serving())
            // MessageSizeGuard's instead, which says what was wrong.
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .maxConcurrentCallsPerConnection(maxCalls)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .permitKeepAliveTime(PERMIT_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .maxConnectionIdle(config.maxConnectionIdleMs(), TimeUnit.MILLISECONDS)
            .maxConnectionAge(config.maxConnectionAgeMs(), TimeUnit.MILLISECONDS)
            .maxConnectionAgeGrace(config.maxConnectionAgeGraceMs(), TimeUnit.MILLISECONDS);
        builder.directExecutor();
        new ServerGuard(new ServerGuard.Terms(config.maxConnections(), config.maxConnectionsPerAddress(), config.handshakeTimeoutMs()),
            telemetry.connectionsRefused, telemetry.connectionsEnded).guard(builder);
        builder.addStreamTracerFactory(sizes);
        // Nothing but "identity": a small message cannot become a large one.
        builder.decompressorRegistry(io.grpc.DecompressorRegistry.emptyInstance());
        return builder;
    }

    /** A method that nobody thought about must be seen when it is added, not when somebody misses it. */
    private static Server denyingByDefault(final Server server, final MethodRights rights) {
        for (final ServerServiceDefinition service : server.getServices()) {
            for (final ServerMethodDefinition<?, ?> method : service.getMethods()) {
                final String name = method.getMethodDescriptor().getFullMethodName();
                if (!rights.hasRule(name)) {
                    throw new IllegalStateException("method without a rule: " + name + " (expected: a right, or open to everybody)");
                }
            }
        }
        return server;
    }

    /** What order entry and administration serve, in that order. */
    public List<List<ServerServiceDefinition>> services() {
        return List.of(server.getServices(), adminServer.getServices());
    }

    private static MethodRights rights() {
        final MethodRights.Builder rights = MethodRights.builder()
            .allow(OrderEntryGrpc.getSessionMethod().getFullMethodName(), Right.TRADE, Right.CANCEL)
            .allow(OrderEntryGrpc.getSubmitMethod().getFullMethodName(), Right.TRADE, Right.CANCEL)
            .allow(OrderEntryGrpc.getMassCancelMethod().getFullMethodName(), Right.TRADE, Right.CANCEL)
            .allow(OrderEntryGrpc.getListOpenOrdersMethod().getFullMethodName(), Right.READ, Right.TRADE, Right.CANCEL)
            .allow(OrderEntryGrpc.getGetAccountMethod().getFullMethodName(), Right.READ, Right.TRADE, Right.CANCEL)
            .allow(DropCopyGrpc.getSubscribeMethod().getFullMethodName(), Right.READ)
            .allow(ReferenceGrpc.getListInstrumentsMethod().getFullMethodName(), Right.READ, Right.TRADE, Right.CANCEL, Right.ADMIN)
            .allow(ReferenceGrpc.getGetInstrumentMethod().getFullMethodName(), Right.READ, Right.TRADE, Right.CANCEL, Right.ADMIN);
        return rights.open(HealthGrpc.SERVICE_NAME).open(DocumentedReflection.SERVICE_NAME).build();
    }

    private static MethodRights adminRights() {
        final MethodRights.Builder rights = MethodRights.builder().open(HealthGrpc.SERVICE_NAME).open(DocumentedReflection.SERVICE_NAME);
        for (final MethodDescriptor<?, ?> method : AdminGrpc.getServiceDescriptor().getMethods()) {
            rights.allow(method.getFullMethodName(), Right.ADMIN);
        }
        for (final MethodDescriptor<?, ?> method : io.grpc.channelz.v1.ChannelzGrpc.getServiceDescriptor().getMethods()) {
            rights.allow(method.getFullMethodName(), Right.ADMIN);
        }
        return rights.build();
    }

    /** The service with one of its methods replaced by one that sees bytes. */
    private static ServerServiceDefinition streaming(final ServerServiceDefinition service,
                                                     final MethodDescriptor<InputStream, InputStream> method,
                                                     final ServerCallHandler<InputStream, InputStream> handler) {
        final ServiceDescriptor generated = service.getServiceDescriptor();
        final ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor()).addMethod(method);
        for (final ServerMethodDefinition<?, ?> other : service.getMethods()) {
            if (!other.getMethodDescriptor().getFullMethodName().equals(method.getFullMethodName())) {
                descriptor.addMethod(other.getMethodDescriptor());
            }
        }
        final ServerServiceDefinition.Builder bound = ServerServiceDefinition.builder(descriptor.build()).addMethod(method, handler);
        for (final ServerMethodDefinition<?, ?> other : service.getMethods()) {
            if (!other.getMethodDescriptor().getFullMethodName().equals(method.getFullMethodName())) {
                bound.addMethod(other);
            }
        }
        return bound.build();
    }

    private ServerCall.Listener<InputStream> startSession(final ServerCall<InputStream, InputStream> call, final Metadata headers) {
        return streams.session(call, threads.current(), Credential.KEY.get(), Credential.CERTIFICATE.get());
    }

    private ServerCall.Listener<InputStream> startDropCopy(final ServerCall<InputStream, InputStream> call, final Metadata headers) {
        return streams.dropCopy(call, threads.current(), Credential.KEY.get());
    }

    public void start() throws IOException {
        server.start();
        adminServer.start();
        if (otherServer != null) {
            otherServer.start();
        }
    }

    /**
     * What {@code grpc.health.v1} answers: for the whole server (no name), that every shard is served; for each service by name, that any is; for
     * {@code shard-N}, that this one is.
     *
     * @param served by place in the order of the shards' numbers
     */
    public void serving(final BitSet served) {
        final boolean all = served.cardinality() == lanes.all().size();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status(all));
        services().forEach(port -> port.forEach(service -> health.setStatus(service.getServiceDescriptor().getName(), status(!served.isEmpty()))));
        for (int i = 0; i < lanes.all().size(); i++) {
            health.setStatus("shard-" + lanes.all().get(i).shard(), status(served.get(i)));
        }
    }

    private static ServingStatus status(final boolean serving) {
        return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** NOT_SERVING for good, then GOAWAY: no new calls. */
    public void shutdown() {
        health.enterTerminalState();
        server.shutdown();
        adminServer.shutdown();
    }

    /** Waits until no call is left; false when some are. */
    public boolean awaitTermination(final long timeoutMs) throws InterruptedException {
        return server.awaitTermination(timeoutMs, TimeUnit.MILLISECONDS);
    }

    public void shutdownNow() {
        certificates.close();
        tokenDesk.close();
        server.shutdownNow();
        adminServer.shutdownNow();
        if (otherServer != null) {
            otherServer.shutdownNow();
        }
    }

    public int port() {
        return server.getPort();
    }

    /** End of the certificate that is served now, in milliseconds since the epoch; 0 = none is. */
    public long certificateNotAfterMillis() {
        return certificates.notAfterMillis();
    }

    public int adminPort() {
        return adminServer.getPort();
    }
}
