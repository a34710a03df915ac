// A dialogue that is mounted only once it is opened: a list has one in each row.

import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';

export function Dialogue(props: { opened: boolean; onClose: () => void; title: string; children: ReactNode }) {
  const { opened, onClose, title, children } = props;
  const [isMounted, setMounted] = useState(false);
  // It is mounted closed and opened after that: a dialogue notes what has the focus, to give it back, when it opens.
  useEffect(() => {
    if (opened) setMounted(true);
  }, [opened]);
  if (!opened && !isMounted) return null;
  return (
    <Modal opened={opened && isMounted} onClose={onClose} title={title} centered>
      {children}
    </Modal>
  );
}
