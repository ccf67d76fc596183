package bourse.services.simulation;

import java.util.EnumSet;
import java.util.Set;

import bourse.gateway.telemetry.GatewayTelemetry;

/** Runs plans, one after the other. Thread: one. */
final class Simulation {
    /** A promise that was broken, or an exception where none may be. */
    record Failure(Plan plan, String check, Throwable cause) {
    }

    private final OutcomePool pool = new OutcomePool();
    private final GatewayTelemetry telemetry = new GatewayTelemetry();
    final Counters total = new Counters();

    /** Null when every promise was kept. */
    Failure run(final Plan plan, final Set<Bug> bugs) {
        final SimulatedVenue venue = new SimulatedVenue(plan, bugs, pool, telemetry);
        try {
            venue.run();
            return null;
        } catch (final Violation e) {
            return new Failure(plan, e.check(), e);
        } catch (final RuntimeException | AssertionError e) {
            return new Failure(plan, "no exception in production code: " + e.getClass().getSimpleName(), e);
        } finally {
            venue.close();
            total.add(venue.counters);
        }
    }

    Failure run(final Plan plan) {
        return run(plan, EnumSet.noneOf(Bug.class));
    }
}
