import { describe, expect, it } from 'vitest';
import { findHardware, HARDWARE } from '../../src/models/catalog/hardware.js';
import { type Figure, linkByRate, midpointUsdPerHour, peakFlops } from '../../src/models/hardware.js';

describe('the hardware catalogue', () => {
  it('has no name twice', () => {
    const names = HARDWARE.flatMap((device) => [device.id, ...device.aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(HARDWARE.map((device) => [device.id, device] as const))(
    'gives a source for each figure of %s',
    (_, device) => {
      const figures: Figure[] = [
        device.memoryBytes,
        device.tdpWatts,
        device.idleWatts,
        device.loadedIdleExtraWatts,
        device.hostWatts,
        ...Object.values(device.tflops),
      ];
      if (device.bandwidthBytesPerSecond !== null) figures.push(device.bandwidthBytesPerSecond);
      if (device.link !== null) figures.push(device.link.bytesPerSecond);
      for (const { value, source, asOf, assumed } of figures) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(source).not.toBe('');
        expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
        if (source === 'tiersim' || source.startsWith('from memory')) expect(assumed).toBeTruthy();
      }
    },
  );

  it.each(HARDWARE.map((device) => [device.id, device] as const))(
    'draws less idle than at its limit: %s',
    (_, device) => {
      expect(device.idleWatts.value + device.loadedIdleExtraWatts.value).toBeLessThan(device.tdpWatts.value);
    },
  );

  it('finds a class by any case of an alias', () => {
    expect(findHardware('DGX-Spark')?.id).toBe('gb10');
  });
});

describe('peakFlops', () => {
  it('is the bf16 rate where the device does not multiply the precision', () => {
    const a100 = findHardware('a100')!;
    expect(peakFlops(a100, 'fp8')).toBe(312e12);
    expect(peakFlops(findHardware('h100')!, 'fp8')).toBe(1979e12);
  });
});

describe('linkByRate', () => {
  it('tells NVLink, PCIe and networks apart by their rate', () => {
    expect([450e9, 64e9, 12.5e9].map((rate) => linkByRate(rate).kind)).toEqual(['nvlink', 'pcie', 'network']);
  });
});

describe('midpointUsdPerHour', () => {
  it('is the middle of the cheapest and the dearest price', () => {
    expect(midpointUsdPerHour({ low: 1.89, high: 3.99, source: '', asOf: '' })).toBeCloseTo(2.94, 10);
  });
});
