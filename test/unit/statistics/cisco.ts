/**
 * Throughput of 1 to 32 threads, as in Schwartz: "Practical Scalability Analysis with the Universal Scalability Law", 2015, who
 * fits lambda 995.6486, sigma 0.02671591 and kappa 7.690945e-4 to it by plain least squares.
 */
const throughputs = [
  955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71, 8646.7, 9047.84,
  9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43, 11518.63, 11806, 12089.37, 12075.41,
  12177.29, 12211.41, 12158.93, 12155.27, 12118.04, 12140.4, 12074.39,
];

export const cisco = throughputs.map((throughput, i) => ({ users: i + 1, throughput }));
export const ciscoFit = { lambda: 995.6486, sigma: 0.02671591, kappa: 7.690945e-4 };
