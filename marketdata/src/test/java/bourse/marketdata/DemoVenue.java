package bourse.marketdata;

import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/** A random venue with a page to look at: {@code DemoVenue [webPort] [commandsPerSecond] [seconds]}. For developers of the page. */
public final class DemoVenue {
    private DemoVenue() {
    }

    public static void main(final String[] args) throws Exception {
        final int webPort = args.length > 0 ? Integer.parseInt(args[0]) : 7305;
        final int rate = args.length > 1 ? Integer.parseInt(args[1]) : 5_000;
        final int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 3_600;
        final RecordedEvents events = new RecordedEvents();
        final RandomFlow flow = new RandomFlow(7, 6, 1);
        events.add(flow.define());
        try (MarketDataServer server = new MarketDataServer(MarketDataConfig.defaults().withPorts("127.0.0.1", -1, webPort)
            .withMulticast(MarketDataConfig.defaults().addresses(), false, 0), events, MarketDataTelemetry.NONE).start()) {
            final AgentRunner runner = new AgentRunner(new SleepingMillisIdleStrategy(1), Throwable::printStackTrace, null, server.agent());
            AgentRunner.startOnThread(runner);
            System.out.println("page at http://127.0.0.1:" + server.webPort());
            flow.clock(() -> System.currentTimeMillis() * 1_000_000L);
            for (int i = 0; i < seconds * 100; i++) {
                events.add(flow.next(Math.max(1, rate / 100)));
                Thread.sleep(10);
            }
            runner.close();
        }
    }
}
