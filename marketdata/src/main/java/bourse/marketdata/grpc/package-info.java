/**
 * The same feed for networks without multicast. Calls arrive on gRPC's threads and hand themselves to the market-data agent, which alone
 * writes to streams, and only when they are ready: a reader that does not read costs nothing but its own subscription.
 */
package bourse.marketdata.grpc;
