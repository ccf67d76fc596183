// Candles, volume, last price and VWAP on a canvas. Draws only when asked.

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Wall-clock time of a second, kept because the same few are asked for all the time.
const clocks = new Map();
export function clock(second) {
  let text = clocks.get(second);
  if (text === undefined) {
    if (clocks.size > 5000) clocks.clear();
    const date = new Date(second * 1000), two = n => String(n).padStart(2, '0');
    clocks.set(second, text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`);
  }
  return text;
}

export class Chart {
  constructor(canvas, legend) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.legend = legend;
    this.seconds = [];
    this.interval = 1;
    this.width = 7;
    this.offset = 0;
    this.pointer = null;
    this.decimals = 0;
    this.vwap = 0;
    this.dirty = true;
    this.cache = null;
    new ResizeObserver(() => this.resize()).observe(canvas);
    canvas.addEventListener('pointermove', e => { this.pointer = { x: e.offsetX, y: e.offsetY }; this.dirty = true; });
    canvas.addEventListener('pointerleave', () => { this.pointer = null; this.dirty = true; });
    canvas.addEventListener('wheel', e => {
      e.preventDefault();
      if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) this.scroll(Math.sign(e.deltaX || e.deltaY) * -3);
      else this.zoom(e.deltaY < 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
    this.colours();
  }

  colours() {
    this.colour = { bid: css('--bid'), ask: css('--ask'), dim: css('--dim'), grid: css('--grid'), text: css('--text'), accent: css('--accent'), panel: css('--panel'), font: css('--mono') };
    this.dirty = true;
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.dirty = true;
  }

  load(bars) { this.seconds = bars; this.offset = 0; this.cache = null; this.dirty = true; }

  // The bar of the running second replaces the one with its time, or follows.
  put(bar) {
    const at = this.seconds.length - 1;
    if (at >= 0 && this.seconds[at][0] === bar[0]) this.seconds[at] = bar;
    else if (at < 0 || this.seconds[at][0] < bar[0]) {
      this.seconds.push(bar);
      if (this.seconds.length > 7200) { this.seconds.splice(0, 3600); this.cache = null; }
    }
    this.dirty = true;
  }

  setInterval(seconds) { this.interval = seconds; this.offset = 0; this.cache = null; this.dirty = true; }
  zoom(factor) { this.width = Math.min(40, Math.max(2, this.width * factor)); this.dirty = true; }
  scroll(bars) { this.offset = Math.max(0, Math.min(this.bars().length - 5, this.offset + bars)); this.dirty = true; }

  // Bars of the chosen interval; only the tail is folded again.
  bars() {
    if (this.interval === 1) return this.seconds;
    const cache = this.cache ??= { bars: [], from: 0 };
    let last = cache.bars[cache.bars.length - 1];
    if (last) { cache.bars.pop(); cache.from = last.start; }
    for (let i = cache.from; i < this.seconds.length; i++) {
      const [t, o, h, l, c, v] = this.seconds[i];
      const slot = t - t % this.interval;
      last = cache.bars[cache.bars.length - 1];
      if (!last || last[0] !== slot) {
        const bar = [slot, o, h, l, c, v];
        bar.start = i;
        cache.bars.push(bar);
      } else {
        last[2] = Math.max(last[2], h);
        last[3] = Math.min(last[3], l);
        last[4] = c;
        last[5] += v;
      }
    }
    return cache.bars;
  }

  draw(format) {
    if (!this.dirty) return;
    this.dirty = false;
    const g = this.context;
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const axis = 78, foot = 20, top = 22, volume = Math.max(24, h * .16);
    const right = w - axis, bottom = h - foot;
    g.clearRect(0, 0, w, h);
    g.font = `11px ${this.colour.font}`;
    const all = this.bars();
    const fit = Math.max(1, Math.floor((right - 6) / this.width));
    const end = Math.max(0, all.length - Math.floor(this.offset));
    const bars = all.slice(Math.max(0, end - fit), end);
    if (bars.length === 0) {
      g.fillStyle = this.colour.dim;
      g.textAlign = 'center';
      g.fillText('no trades yet', right / 2, h / 2);
      this.legend.textContent = '';
      return;
    }
    let high = -Infinity, low = Infinity, most = 1;
    for (const bar of bars) { high = Math.max(high, bar[2]); low = Math.min(low, bar[3]); most = Math.max(most, bar[5]); }
    const pad = Math.max(1, (high - low) * .06);
    high += pad; low -= pad;
    const area = bottom - volume - 6 - top;
    const y = price => top + (high - price) / (high - low) * area;
    const x = i => right - 4 - (bars.length - i) * this.width + this.width / 2;
    this.grid(g, high, low, y, right, bottom, area, bars, x, format);
    const body = Math.max(1, this.width * .68);
    for (let i = 0; i < bars.length; i++) {
      const [, o, hi, lo, c, v] = bars[i];
      const colour = c >= o ? this.colour.bid : this.colour.ask;
      const at = x(i);
      g.fillStyle = colour;
      g.globalAlpha = .3;
      const vh = v / most * volume;
      g.fillRect(at - body / 2, bottom - vh, body, vh);
      g.globalAlpha = 1;
      g.fillRect(Math.round(at) - .5, y(hi), 1, Math.max(1, y(lo) - y(hi)));
      const yo = y(Math.max(o, c));
      g.fillRect(at - body / 2, yo, body, Math.max(1, y(Math.min(o, c)) - yo));
    }
    if (this.vwap > low && this.vwap < high) this.line(g, y(this.vwap), right, this.colour.accent, 'VWAP', format(Math.round(this.vwap)), [5, 4]);
    const last = all[all.length - 1];
    if (last[4] > low && last[4] < high) this.line(g, y(last[4]), right, last[4] >= last[1] ? this.colour.bid : this.colour.ask, null, format(last[4]), [2, 3]);
    this.cross(g, bars, x, y, right, bottom, top, high, low, area, format);
  }

  grid(g, high, low, y, right, bottom, area, bars, x, format) {
    const raw = (high - low) / Math.max(2, area / 52);
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = Math.max(1, [1, 2, 5, 10].map(m => m * power).find(s => s >= raw));
    g.strokeStyle = this.colour.grid;
    g.fillStyle = this.colour.dim;
    g.lineWidth = 1;
    g.textAlign = 'left';
    g.textBaseline = 'middle';
    for (let price = Math.ceil(low / step) * step; price < high; price += step) {
      const at = Math.round(y(price)) + .5;
      g.beginPath(); g.moveTo(0, at); g.lineTo(right, at); g.stroke();
      g.fillText(format(Math.round(price)), right + 8, at);
    }
    g.textAlign = 'center';
    const every = Math.max(1, Math.ceil(96 / this.width));
    for (let i = bars.length - 1 - (bars.length - 1) % every; i >= 0; i -= every) {
      const at = Math.round(x(i)) + .5;
      if (at < 34 || at > right - 20) continue;
      g.beginPath(); g.moveTo(at, 22); g.lineTo(at, bottom); g.stroke();
      g.fillText(clock(bars[i][0]), at, bottom + 11);
    }
  }

  line(g, at, right, colour, name, text, dash) {
    g.save();
    g.strokeStyle = colour;
    g.setLineDash(dash);
    g.beginPath(); g.moveTo(0, at); g.lineTo(right, at); g.stroke();
    g.restore();
    g.fillStyle = colour;
    g.fillRect(right + 2, at - 8, 76, 16);
    g.fillStyle = this.colour.panel;
    g.textAlign = 'left';
    g.textBaseline = 'middle';
    g.fillText(text, right + 8, at + .5);
    if (name) { g.fillStyle = colour; g.fillText(name, 14, at - 8); }
  }

  cross(g, bars, x, y, right, bottom, top, high, low, area, format) {
    let bar = bars[bars.length - 1];
    if (this.pointer && this.pointer.x < right) {
      const i = Math.min(bars.length - 1, Math.max(0, Math.round(bars.length - (right - 4 - this.pointer.x) / this.width - .5)));
      bar = bars[i];
      g.strokeStyle = this.colour.dim;
      g.setLineDash([3, 3]);
      g.beginPath();
      g.moveTo(Math.round(x(i)) + .5, top); g.lineTo(Math.round(x(i)) + .5, bottom);
      g.moveTo(0, this.pointer.y); g.lineTo(right, this.pointer.y);
      g.stroke();
      g.setLineDash([]);
      const price = high - (this.pointer.y - top) / area * (high - low);
      if (this.pointer.y < top + area) {
        g.fillStyle = this.colour.dim;
        g.fillRect(right + 2, this.pointer.y - 8, 76, 16);
        g.fillStyle = this.colour.panel;
        g.textAlign = 'left';
        g.fillText(format(Math.round(price)), right + 8, this.pointer.y + .5);
      }
    }
    const text = `${clock(bar[0])}  O ${format(bar[1])}  H ${format(bar[2])}  L ${format(bar[3])}  C ${format(bar[4])}  V ${bar[5]}`;
    if (this.legend.textContent !== text) this.legend.textContent = text;
  }
}
