/** A file of call events that cannot be rated as it is: it is left out, the others are rated, and this is said. */
export class FileFault extends Error {
  readonly path: string;

  constructor(path: string, fault: string) {
    super(fault);
    this.name = 'FileFault';
    this.path = path;
  }
}
