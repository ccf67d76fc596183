/**
 * The processes: engine, gateway, market data, and all of them in one. A node puts ready parts together, in the order of an order's way, and
 * takes them apart in reverse. Cold; the agents that it runs are hot.
 */
package bourse.services.node;
