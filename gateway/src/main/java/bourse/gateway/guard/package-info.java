/**
 * What a connection may cost before anything of it is understood: frames are counted where their bytes come in, connections where they are
 * accepted. Honest clients never meet it.
 */
package bourse.gateway.guard;
