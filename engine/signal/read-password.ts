import { createInterface } from 'node:readline';

/** Reads a password: typed without being shown, or the first line of standard input when that is no terminal. */
export async function readPassword(prompt: string): Promise<string> {
  return process.stdin.isTTY ? typed(prompt) : firstLine();
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}

function typed(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve) => {
    let password = '';
    const end = () => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', take);
      stderr.write('\n');
    };
    const take = (keys: string) => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') {
          end();
          resolve(password);
          return;
        }
        if (key === CONTROL_C) {
          end();
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (key === BACKSPACE || key === DELETE) password = [...password].slice(0, -1).join('');
        else password += key;
      }
    };
    stdin.on('data', take);
  });
}

const CONTROL_C = '\u0003';
const BACKSPACE = '\b';
const DELETE = '\u007f';
